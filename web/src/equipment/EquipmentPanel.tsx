import { useDeferredValue, useMemo, useState } from "react";
import { countStatuses, findItems, STATUS_WORDS } from "./items";
import { STATUSES } from "../contract/types";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useNames } from "../movers/useMovers";
import { ItemCard } from "./ItemCard";
import { Notice } from "../design/Notice";

const AT_ONCE = 100;

export function EquipmentPanel({ canWrite }: { canWrite: boolean }) {
  const feed = useFeed();
  const items = useStore(feed.stock.items);
  const { done, error } = useStore(feed.stock.loading);
  const nameOf = useNames(feed.fleet);
  const [search, setSearch] = useState("");
  const [most, setMost] = useState(AT_ONCE);
  const wanted = useDeferredValue(search);
  const found = useMemo(() => findItems(items, wanted), [items, wanted]);
  const counts = useMemo(() => countStatuses(items.byCode.values()), [items]);

  return (
    <section className="equipment" aria-label="Equipment">
      <dl className="counts">
        {STATUSES.map((status) => (
          <div key={status} data-status={status}>
            <dd>{counts[status]}</dd>
            <dt>{STATUS_WORDS[status]}</dt>
          </div>
        ))}
      </dl>
      <div className="search">
        <input
          type="search"
          aria-label="Search equipment by name, code or tag"
          placeholder="Search name, code or tag"
          value={search}
          onChange={(event) => {
            setSearch(event.target.value);
            setMost(AT_ONCE);
          }}
        />
      </div>
      {!canWrite && <p className="hint">You are watching: crew and dispatchers change a status.</p>}
      <div className="scroll">
        {!done && !error && <Notice busy>Counting the cases…</Notice>}
        {error && <Notice action={{ word: "Try again", run: () => void feed.stock.load() }}>{error}</Notice>}
        {done && items.byCode.size === 0 && <Notice>No equipment on this project yet.</Notice>}
        {items.byCode.size > 0 && found.length === 0 && (
          <Notice>No case with “{wanted}” in its name, code or tags.</Notice>
        )}
        <ul className="cards">
          {found.slice(0, most).map((item) => (
            <ItemCard key={item.code} item={item} canWrite={canWrite} nameOf={nameOf} />
          ))}
        </ul>
        {found.length > most && (
          <Notice action={{ word: "Show more", run: () => setMost(most + AT_ONCE) }}>
            {most} of {found.length} shown.
          </Notice>
        )}
      </div>
    </section>
  );
}
