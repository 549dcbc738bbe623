import { useState } from "react";
import { follow } from "../app/router";
import type { Device } from "../contract/types";
import { rateWords, troubles } from "./devices";
import { Heard } from "./Heard";
import { KindIcon } from "./KindIcon";
import type { Look } from "./useLook";

const AT_ONCE = 200; // more rows than anybody reads, fewer than a laptop feels

interface Props {
  all: readonly Device[];
  found: readonly Device[];
  look: Look;
  onClear: () => void;
}

/** The devices found, one a line; on a phone what doesn't fit stands below the name. */
export function DeviceTable({ all, found, look, onClear }: Props) {
  const [shown, setShown] = useState(AT_ONCE);
  if (all.length === 0) return <p className="dim empty">No devices yet: add the first, and it is shown how it signs in.</p>;
  if (found.length === 0) {
    return (
      <p className="dim empty">
        No device like that.{" "}
        <button type="button" className="link" onClick={onClear}>
          Show all {all.length.toLocaleString("en")}
        </button>
      </p>
    );
  }
  return (
    <>
      <table className="rows" data-testid="devices">
        <caption className="dim">
          {found.length === all.length ? count(all.length) : `${found.length.toLocaleString("en")} of ${count(all.length)}`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Device</th>
            <th scope="col">Heard</th>
            <th scope="col" className="not-narrow">
              Works for
            </th>
            <th scope="col" className="wide">Battery</th>
            <th scope="col" className="wide">Reports</th>
            <th scope="col" className="not-narrow">
              To look at
            </th>
          </tr>
        </thead>
        <tbody>
          {found.slice(0, shown).map((device) => (
            <DeviceRow key={device.slug} device={device} look={look} />
          ))}
        </tbody>
      </table>
      {found.length > shown && (
        <button type="button" className="link show-more" onClick={() => setShown(shown + AT_ONCE)}>
          Show {Math.min(AT_ONCE, found.length - shown)} more
        </button>
      )}
    </>
  );
}

function DeviceRow({ device, look }: { device: Device; look: Look }) {
  const { slug, name, kind, project, battery, rate, enabled } = device;
  const path = look.pathOf(slug);
  return (
    <tr data-testid={`device-${slug}`} data-on={look.at === slug || undefined} data-disabled={!enabled || undefined}>
      <th scope="row">
        <a className="row-link" href={path} aria-current={look.at === slug || undefined} onClick={follow(path)}>
          <KindIcon kind={kind} />
          <span className="who">
            <b>{name}</b>
            <span className="dim">
              {slug} · {kind}
              <span className="narrow-only"> · {project ?? "spare"}</span>
            </span>
            <span className="narrow-only warn">{troubles(device).join(", ")}</span>
          </span>
        </a>
      </th>
      <td>
        <Heard device={device} />
      </td>
      <td className="works not-narrow">{project ?? <span className="dim">spare</span>}</td>
      <td className="wide">{battery === null ? <span className="dim">–</span> : `${Math.round(battery)} %`}</td>
      <td className="wide">{rate === 0 ? <span className="dim">nothing</span> : rateWords(rate)}</td>
      <td className="troubles warn not-narrow">{troubles(device).join(", ")}</td>
    </tr>
  );
}

function count(devices: number): string {
  return `${devices.toLocaleString("en")} ${devices === 1 ? "device" : "devices"}`;
}
