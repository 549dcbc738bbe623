import { useEffect, useRef, useState } from "react";
import { activity, stateOf } from "./activity";
import { loads } from "../equipment/items";
import type { Group, Mover } from "./movers";
import type { Positions } from "./positions";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useMovers } from "./useMovers";
import { useNow } from "../design/useNow";
import { Icon } from "../design/Icon";
import { Notice } from "../design/Notice";
import { SourceRow } from "./SourceRow";

const GROUPS: readonly { group: Group; word: string }[] = [
  { group: "vehicle", word: "Vehicles" },
  { group: "crew", word: "Crew" },
  { group: "device", word: "Devices" },
];

const MOST = 150; // rows of a group; more can't be read, and redrawing them every second costs

interface Props {
  selected: string | null;
  onSelect: (slug: string | null) => void;
}

/** Everyone and everything that moves, and what it is doing. */
export function SideList({ selected, onSelect }: Props) {
  const feed = useFeed();
  const movers = useMovers(feed.fleet);
  const { done, error } = useStore(feed.fleet.sourcesLoading);
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState(false);
  const found = movers.filter(({ name, slug }) =>
    `${name}\n${slug}`.toLowerCase().includes(search.trim().toLowerCase()),
  );

  function choose(slug: string) {
    setOpen(false);
    onSelect(slug === selected ? null : slug);
  }

  return (
    <nav className="side-list" aria-label="Vehicles and crew" data-open={open || undefined}>
      <button type="button" className="sheet-handle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="list" /> {summary(movers)} <span className="stretch" /> <Icon name={open ? "chevron" : "raise"} />
      </button>
      <SearchField value={search} onChange={setSearch} />
      <div className="scroll">
        {!done && !error && <Notice busy>Asking who is there…</Notice>}
        {error && !done && <Notice action={{ word: "Try again", run: () => void feed.fleet.loadSources() }}>{error}</Notice>}
        {done && movers.length === 0 && <Notice>No vehicles or crew on this project yet.</Notice>}
        {done && movers.length > 0 && found.length === 0 && <Notice>Nobody and nothing called “{search}”.</Notice>}
        {GROUPS.map(({ group, word }) => (
          <MoverGroup
            key={group}
            word={word}
            movers={found.filter((mover) => mover.group === group)}
            selected={selected}
            onSelect={choose}
          />
        ))}
      </div>
    </nav>
  );
}

function summary(movers: readonly Mover[]): string {
  const count = (group: Group) => movers.filter((mover) => mover.group === group).length;
  return `${count("vehicle")} vehicles · ${count("crew")} crew`;
}

interface GroupProps {
  word: string;
  movers: readonly Mover[];
  selected: string | null;
  onSelect: (slug: string) => void;
}

function MoverGroup({ word, movers, selected, onSelect }: GroupProps) {
  const feed = useFeed();
  const now = useNow();
  const presences = useStore(feed.fleet.presences);
  const loaded = loads(useStore(feed.stock.items));
  if (movers.length === 0) return null;
  const rows = first(movers, feed.fleet.positions, selected).map((mover) => {
    const fix = feed.fleet.positions.fixes.get(mover.slug);
    const state = stateOf(fix, presences[mover.slug]?.online, now);
    const doing = activity(state, fix, feed.fleet.positions.trails.get(mover.slug) ?? [], now);
    return { mover, fix, state, doing, load: loaded.get(mover.slug) ?? 0 };
  });
  const silent = movers.filter(
    ({ slug }) => stateOf(feed.fleet.positions.fixes.get(slug), presences[slug]?.online, now) === "silent",
  ).length;
  return (
    <section>
      <h2>
        {word} · {movers.length}
        {silent > 0 && <span className="warn"> · {silent} silent</span>}
      </h2>
      <ul>
        {rows.map((row) => (
          <SourceRow
            key={row.mover.slug}
            {...row}
            seconds={row.fix ? Math.floor((now - row.fix.at) / 1000) : null}
            selected={row.mover.slug === selected}
            onSelect={onSelect}
          />
        ))}
      </ul>
      {rows.length < movers.length && (
        <p className="hint">
          {rows.length} of {movers.length} shown: search to find the others.
        </p>
      )}
    </section>
  );
}

/** Those on the map, then those who aren't; no more than a list can hold, and always the selected one. */
function first(movers: readonly Mover[], { fixes }: Positions, selected: string | null): Mover[] {
  const placed = movers.filter(({ slug }) => fixes.has(slug));
  const others = movers.filter(({ slug }) => !fixes.has(slug));
  return [...placed, ...others].filter(({ slug }, place) => place < MOST || slug === selected);
}

function SearchField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const typing = (event.target as HTMLElement).closest("input, textarea, select");
      if (event.key !== "/" || typing) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  return (
    <div className="search">
      <input
        ref={input}
        type="search"
        aria-label="Find a vehicle or a person"
        aria-keyshortcuts="/"
        placeholder="Find a vehicle, person…"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {value === "" && <kbd aria-hidden="true">/</kbd>}
    </div>
  );
}
