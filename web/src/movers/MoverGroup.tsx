import { useMemo, useRef } from "react";
import { useNow } from "../design/useNow";
import { loads } from "../equipment/items";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { activity, stateOf } from "./activity";
import type { Mover } from "./movers";
import type { Positions } from "./positions";
import { SourceRow } from "./SourceRow";
import { useRowsInView } from "./useRowsInView";

interface Props {
  word: string;
  movers: readonly Mover[];
  selected: Mover | undefined;
  onSelect: (slug: string) => void;
}

/** Those of one kind. Only the rows in view are worked out: thousands may be below. */
export function MoverGroup({ word, movers, selected, onSelect }: Props) {
  const { fleet, stock } = useFeed();
  const now = useNow();
  const presences = useStore(fleet.presences);
  const items = useStore(stock.items);
  const loaded = useMemo(() => loads(items), [items]);
  const list = useRef<HTMLUListElement>(null);
  const { first, last, height } = useRowsInView(list, movers.length);
  const { fixes, trails } = fleet.positions;
  if (movers.length === 0) return null;
  const rows = placedFirst(movers, fleet.positions).slice(first, last);
  return (
    <section>
      <h2>
        {word} <span className="how-many">{movers.length}</span>
      </h2>
      <ul ref={list} style={{ paddingTop: first * height, paddingBottom: Math.max(0, movers.length - last) * height }}>
        {rows.map((mover, place) => {
          const fix = fixes.get(mover.slug);
          const state = stateOf(fix, presences[mover.slug]?.online, now);
          return (
            <SourceRow
              key={mover.slug}
              mover={mover}
              fix={fix}
              state={state}
              doing={activity(state, fix, trails.get(mover.slug) ?? [], now)}
              load={loaded.get(mover.slug) ?? 0}
              seconds={fix ? Math.floor((now - fix.at) / 1000) : null}
              place={first + place + 1}
              of={movers.length}
              selected={mover === selected}
              onSelect={onSelect}
            />
          );
        })}
      </ul>
    </section>
  );
}

/** Those on the map, then those who aren't. */
function placedFirst(movers: readonly Mover[], { fixes }: Positions): Mover[] {
  const { placed = [], others = [] } = Object.groupBy(movers, ({ slug }) => (fixes.has(slug) ? "placed" : "others"));
  return [...placed, ...others];
}
