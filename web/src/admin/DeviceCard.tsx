import { useState } from "react";
import { managed } from "../app/rights";
import type { DeviceCard as Card, DeviceSecret, Me } from "../contract/types";
import { Ago } from "../design/Ago";
import { Confirm } from "../design/Confirm";
import { Loaded } from "../design/Loaded";
import { instant } from "../design/times";
import { useFetched } from "../live/fetched";
import * as api from "./api";
import { Assignments } from "./Assignments";
import { offClock, rateWords } from "./devices";
import { Heard } from "./Heard";
import { KindIcon } from "./KindIcon";
import { Rejects } from "./Rejects";
import { Rename } from "./Rename";

const AGAIN_MS = 10_000;

interface Props {
  slug: string;
  me: Me;
  onSecret: (secret: DeviceSecret) => void;
  onChange: () => void;
}

/** One device: how it does, what it works for, what of it couldn't be used, and what can be done. */
export function DeviceCard({ slug, me, onSecret, onChange }: Props) {
  const card = useFetched(slug, () => api.device(slug), AGAIN_MS);

  async function changed() {
    await card.load();
    onChange();
  }

  return (
    <Loaded of={card}>
      {(device) => {
        const mine = me.admin || managed(me).some((project) => project.slug === device.project);
        return (
          <div className="cards" data-testid="device-card">
            <section className="card">
              <header>
                <KindIcon kind={device.kind} />
                <Rename name={device.name} may={mine} rename={(name) => api.changeDevice(slug, { name }).then(changed)} />
              </header>
              <Facts device={device} />
              {mine && <Access device={device} onSecret={onSecret} onChange={changed} />}
            </section>
            <Assignments device={device} me={me} onChange={changed} />
            <Rejects device={device} />
          </div>
        );
      }}
    </Loaded>
  );
}

function Facts({ device }: { device: Card }) {
  const clock = offClock(device.clock_s);
  return (
    <dl className="facts">
      <dt>Short name</dt>
      <dd>
        <code>{device.slug}</code> · {device.kind}
        {device.owner && ` of ${device.owner}`}
      </dd>
      <dt>State</dt>
      <dd>
        <Heard device={device} since={false} />
      </dd>
      <dt>Heard last</dt>
      <dd>{device.seen_at === null ? "never" : <Ago at={instant(device.seen_at)} />}</dd>
      <dt>Reports</dt>
      <dd>{rateWords(device.rate)}</dd>
      <dt>Battery</dt>
      <dd>{device.battery === null ? <span className="dim">not said</span> : `${Math.round(device.battery)} %`}</dd>
      <dt>Clock</dt>
      <dd>{clock ? <span className="warn">{clock}</span> : device.clock_s === null ? <span className="dim">not known</span> : "right"}</dd>
    </dl>
  );
}

interface AccessProps {
  device: Card;
  onSecret: (secret: DeviceSecret) => void;
  onChange: () => Promise<void>;
}

/** Whether it may sign in, and with what. */
function Access({ device: { slug, name, enabled }, onSecret, onChange }: AccessProps) {
  const [asking, setAsking] = useState<"rotate" | "disable" | "enable" | null>(null);
  const close = () => setAsking(null);
  const enable = (on: boolean) => api.changeDevice(slug, { enabled: on }).then(onChange);
  return (
    <div className="form-buttons">
      <button type="button" className="button small" onClick={() => setAsking(enabled ? "disable" : "enable")}>
        {enabled ? "Disable" : "Enable"}
      </button>
      <button type="button" className="button small" onClick={() => setAsking("rotate")}>
        New secret
      </button>
      {asking === "rotate" && (
        <Confirm
          title={`A new secret for ${name}?`}
          word="Make a new secret"
          busyWord="Making…"
          run={async () => onSecret(await api.newSecret(slug))}
          onClose={close}
        >
          The secret it has is void at once: the device is sent away and comes back only with the new one, which is shown once.
          What it keeps meanwhile arrives then.
        </Confirm>
      )}
      {asking === "disable" && (
        <Confirm title={`Disable ${name}?`} word="Disable" busyWord="Disabling…" run={() => enable(false)} onClose={close}>
          It is sent away and can’t sign in until it is enabled again. Its history stays.
        </Confirm>
      )}
      {asking === "enable" && (
        <Confirm title={`Enable ${name}?`} word="Enable" busyWord="Enabling…" run={() => enable(true)} onClose={close}>
          It can sign in again, with the secret it has.
        </Confirm>
      )}
    </div>
  );
}
