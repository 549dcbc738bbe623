import { useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useQuery } from "../app/router";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useNames } from "../movers/useMovers";
import { ActionBar } from "./ActionBar";
import { ChangeNotes } from "./ChangeNotes";
import { EmptyList } from "./EmptyList";
import { FilterBar } from "./FilterBar";
import { useFilters } from "./filters";
import { isField } from "../scanner/handScanner";
import { ItemDetail } from "./ItemDetail";
import { ItemList } from "./ItemList";
import { STATUS_NAMES } from "./items";
import { KeysHelp } from "./KeysHelp";
import type { ListCommands } from "./listKeys";
import { closeItem, openItem } from "./open";
import { SearchBar } from "./SearchBar";
import { StatusTiles } from "./StatusTiles";
import { useFound } from "./useFound";
import { useLayout } from "./useLayout";
import { useSelection } from "./useSelection";

/** The project's equipment: to be found, seen and changed, one item or many. */
export function EquipmentPanel({ canWrite }: { canWrite: boolean }) {
  const feed = useFeed();
  const nameOf = useNames(feed.fleet);
  const filtering = useFilters();
  const search = useStore(feed.stock.search);
  const found = useFound(filtering.filters);
  const selection = useSelection(found.items);
  const [layout, setLayout] = useLayout();
  const [opened] = useQuery("item");
  const last = useLast(opened);
  const [helping, setHelping] = useState(false);
  const [said, say] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);

  const commands = useMemo<ListCommands>(
    () => ({
      open: openItem,
      search: () => input.current?.focus(),
      ask: (codes, status) => {
        feed.stock.changes.ask(codes, status, codes.length > 1);
        say(`${codes.length > 1 ? `${codes.length} cases` : feed.stock.items.get().byCode.get(codes[0] ?? "")?.name}: ${STATUS_NAMES[status]}`);
      },
    }),
    [feed],
  );

  function press(event: KeyboardEvent) {
    if (isField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "?") setHelping(true);
    else if (event.key === "/" && opened === null) input.current?.focus();
    else if (event.key === "Escape" && opened !== null) closeItem();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <section className="equipment" aria-label="Equipment" onKeyDown={press}>
      <div className="browse" hidden={opened !== null} ref={list}>
        <StatusTiles counts={found.counts} on={filtering.filters.statuses} onToggle={filtering.toggle} />
        <SearchBar
          input={input}
          layout={layout}
          onLayout={setLayout}
          onHelp={() => setHelping(true)}
          onDown={() => list.current?.querySelector<HTMLElement>('[role="row"][tabindex="0"]')?.focus()}
        />
        <FilterBar found={found} filtering={filtering} selection={selection} canWrite={canWrite} />
        {!canWrite && <p className="hint">You are watching: crew and dispatchers change a status.</p>}
        <EmptyList found={found} filtering={filtering} />
        {found.items.length > 0 && (
          <ItemList
            items={found.items}
            asked={found.asked}
            layout={layout}
            selection={selection}
            canWrite={canWrite}
            nameOf={nameOf}
            about={`${search}|${[...filtering.filters.statuses]}|${filtering.filters.where}|${filtering.filters.recent}`}
            focusOn={opened === null ? last : null}
            commands={commands}
          />
        )}
        {selection.selecting && <ActionBar selection={selection} found={found} onAsk={commands.ask} />}
      </div>
      {opened !== null && <ItemDetail key={opened} code={opened} canWrite={canWrite} nameOf={nameOf} />}
      <ChangeNotes nameOf={nameOf} />
      <p className="hidden" role="status">
        {said}
      </p>
      {helping && <KeysHelp onClose={() => setHelping(false)} />}
    </section>
  );
}

/** The item that was open before, null at first. */
function useLast(opened: string | null): string | null {
  const last = useRef<string | null>(null);
  if (opened !== null) last.current = opened;
  return last.current;
}
