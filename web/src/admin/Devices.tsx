import { useState } from "react";
import { useQuery } from "../app/router";
import type { DeviceSecret, Me } from "../contract/types";
import { Chips } from "../design/Chips";
import { Loaded } from "../design/Loaded";
import { Search } from "../design/Search";
import { Select } from "../design/Select";
import { useFetched } from "../live/fetched";
import { AddDevice } from "./AddDevice";
import * as api from "./api";
import { DeviceCard } from "./DeviceCard";
import { siftDevices, SPARE, STATE_CHIPS, STATES, type DeviceState } from "./devices";
import { DeviceTable } from "./DeviceTable";
import { SecretDialog } from "./SecretDialog";
import { Split } from "./Split";
import { useLook } from "./useLook";

const AGAIN_MS = 15_000;

/** Every device one may know of, how it does, and the card of one. */
export function Devices({ me }: { me: Me }) {
  const devices = useFetched("devices", api.devices, AGAIN_MS);
  const look = useLook("device");
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<DeviceSecret | null>(null);
  const filter = useFilter();
  const reload = () => void devices.load();

  return (
    <>
      <Split
        back={look.pathOf(null)}
        card={look.at && <DeviceCard key={look.at} slug={look.at} me={me} onSecret={setSecret} onChange={reload} />}
      >
        <div className="list-top">
          <Search label="Find a device" value={filter.search} onChange={filter.setSearch} />
          <ProjectSelect me={me} value={filter.project} onChange={filter.setProject} />
          {me.admin && (
            <button type="button" className="button" onClick={() => setAdding(true)}>
              Add a device
            </button>
          )}
        </div>
        <Chips label="State" chips={STATE_CHIPS} on={filter.states} onToggle={filter.toggle} />
        <Loaded of={devices}>{(all) => <DeviceTable all={all} found={siftDevices(all, filter)} look={look} onClear={filter.clear} />}</Loaded>
      </Split>
      {adding && (
        <AddDevice
          me={me}
          onAdded={(made) => {
            setAdding(false);
            setSecret(made);
            reload();
            look.goTo(made.slug);
          }}
          onClose={() => setAdding(false)}
        />
      )}
      {secret && <SecretDialog secret={secret} onClose={() => setSecret(null)} />}
    </>
  );
}

function ProjectSelect({ me, value, onChange }: { me: Me; value: string; onChange: (project: string) => void }) {
  return (
    <Select label="Works for" value={value} onChange={onChange}>
      <option value="">All projects</option>
      {me.projects.map(({ slug, name }) => (
        <option key={slug} value={slug}>
          {name}
        </option>
      ))}
      <option value={SPARE}>None: spare</option>
    </Select>
  );
}

/** What the address says is looked for. */
function useFilter() {
  const [search, setSearch] = useQuery("q");
  const [project, setProject] = useQuery("project");
  const [named, setNamed] = useQuery("state");
  const asked = named?.split(",") ?? [];
  const states = new Set(STATES.filter((state) => asked.includes(state)));
  return {
    search: search ?? "",
    project: project ?? "",
    states,
    setSearch: (text: string) => setSearch(text || null),
    setProject: (slug: string) => setProject(slug || null),
    toggle: (state: DeviceState) => setNamed(STATES.filter((each) => states.has(each) !== (each === state)).join() || null),
    clear: () => {
      setSearch(null);
      setProject(null);
      setNamed(null);
    },
  };
}
