import { useState } from "react";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { Icon } from "../design/Icon";
import { Notice } from "../design/Notice";
import { FilterChips } from "./FilterChips";
import { isFiltering, KIND_CHIPS } from "./filter";
import { FoundCases, useFoundCases } from "./FoundCases";
import type { Group, Mover } from "./movers";
import { MoverGroup } from "./MoverGroup";
import { NeedsAttention } from "./NeedsAttention";
import { SearchField } from "./SearchField";
import { select, useSelection } from "./selection";
import { useAttention } from "./useAttention";
import { useMovers } from "./useMovers";
import { clearFilter, useFilter, useSifted } from "./useSifted";

/** Everyone and everything that moves, and what it is doing; first of all what needs somebody. */
export function SideList() {
  const { fleet } = useFeed();
  const movers = useMovers(fleet);
  const { selected } = useSelection(movers);
  const { done, error } = useStore(fleet.sourcesLoading);
  const filter = useFilter();
  const { found, counts } = useSifted(fleet, movers, filter);
  const needs = useAttention(movers);
  const cases = useFoundCases(filter.search);
  const [open, setOpen] = useState(false);
  const groups = Map.groupBy(found, ({ group }) => group);
  const filtering = isFiltering(filter);

  function choose(slug: string) {
    setOpen(false);
    select(slug === selected?.slug ? null : slug);
  }

  return (
    <nav className="side-list" aria-label="Vehicles and crew" data-open={open || undefined}>
      <button type="button" className="sheet-handle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="list" /> {summary(movers)}
        {needs.length > 0 && (
          <span className="needs">
            <Icon name="warning" size={16} /> {needs.length} <span className="hidden">need attention</span>
          </span>
        )}
        <span className="stretch" /> <Icon name={open ? "chevron" : "raise"} />
      </button>
      <SearchField onEnter={() => found[0] && choose(found[0].slug)} />
      {movers.length > 0 && <FilterChips filter={filter} counts={counts} found={found.length} of={movers.length} />}
      <div className="scroll">
        {!done && !error && <Notice busy>Asking who is there…</Notice>}
        {error && !done && <Notice action={{ word: "Try again", run: () => void fleet.loadSources() }}>{error}</Notice>}
        {done && movers.length === 0 && <Notice>No vehicles or crew on this project yet.</Notice>}
        {!filtering && <NeedsAttention needs={needs} selected={selected} onSelect={choose} />}
        {filtering && movers.length > 0 && found.length === 0 && cases.length === 0 && (
          <Notice action={{ word: "Show everyone", run: clearFilter }}>{nobody(filter.search)}</Notice>
        )}
        {KIND_CHIPS.map(({ id, word }) => (
          <MoverGroup key={id} word={word} movers={groups.get(id) ?? NONE} selected={selected} onSelect={choose} />
        ))}
        <FoundCases cases={cases} />
      </div>
    </nav>
  );
}

const NONE: readonly Mover[] = [];

function nobody(search: string): string {
  return search.trim() ? `Nobody and nothing called “${search.trim()}”.` : "Nobody is doing that now.";
}

function summary(movers: readonly Mover[]): string {
  const count = (group: Group) => movers.filter((mover) => mover.group === group).length;
  return `${count("vehicle")} vehicles · ${count("crew")} crew`;
}
