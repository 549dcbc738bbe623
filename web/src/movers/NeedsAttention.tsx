import { useMemo, useState } from "react";
import { goTo, pathOf } from "../app/router";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { Icon } from "../design/Icon";
import { reasonOf, type Need } from "./attention";
import type { Mover } from "./movers";

const FEW = 4;
const MOST = 100; // more than that is one trouble, not a hundred

interface Props {
  needs: readonly Need[];
  selected: Mover | undefined;
  onSelect: (slug: string) => void;
}

/** What needs somebody, the worst first; nothing at all when nothing does. */
export function NeedsAttention({ needs, selected, onSelect }: Props) {
  const [all, setAll] = useState(false);
  const damaged = useDamaged();
  if (needs.length === 0 && damaged === 0) return null;
  const shown = needs.slice(0, all ? MOST : FEW);
  return (
    <section className="attention" aria-label="Needs attention" data-testid="attention">
      <h2>
        Needs attention <span className="how-many">{needs.length + (damaged > 0 ? 1 : 0)}</span>
      </h2>
      <ul>
        {shown.map((need) => (
          <li key={need.mover.slug}>
            <button
              type="button"
              className="need"
              data-testid={`attention-${need.mover.slug}`}
              data-urgent={need.urgent || undefined}
              aria-pressed={need.mover === selected}
              onClick={() => onSelect(need.mover.slug)}
            >
              <Icon name="warning" size={16} />
              <b>{need.mover.name}</b>
              <span>{reasonOf(need)}</span>
            </button>
          </li>
        ))}
        {damaged > 0 && <Damaged count={damaged} />}
      </ul>
      {needs.length > FEW && (
        <button type="button" className="link more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Show the worst only" : `Show ${needs.length - FEW} more`}
        </button>
      )}
    </section>
  );
}

function Damaged({ count }: { count: number }) {
  const { project } = useFeed();
  return (
    <li>
      <button
        type="button"
        className="need"
        data-testid="attention-damaged"
        onClick={() => goTo(`${pathOf("projects", project, "equipment")}?status=damaged`)}
      >
        <Icon name="box" size={16} />
        <b>Equipment</b>
        <span>{count === 1 ? "1 case is damaged" : `${count} cases are damaged`}</span>
      </button>
    </li>
  );
}

function useDamaged(): number {
  const { stock, project } = useFeed();
  const { byCode } = useStore(stock.items);
  return useMemo(
    () => [...byCode.values()].filter((item) => item.status === "damaged" && item.project === project).length,
    [byCode, project],
  );
}
