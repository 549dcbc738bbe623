import { useDeferredValue, useMemo } from "react";
import { goTo, pathOf } from "../app/router";
import type { ItemStatus } from "../contract/types";
import { Icon } from "../design/Icon";
import { NO_FILTERS } from "../equipment/filters";
import { STATUS_WORDS } from "../equipment/items";
import { find } from "../equipment/search";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useNames } from "./useMovers";

const MOST = 8;

/** The cases a search finds; one opens in the equipment. */
export function FoundCases({ cases }: { cases: readonly ItemStatus[] }) {
  const { fleet, project } = useFeed();
  const nameOf = useNames(fleet);
  if (cases.length === 0) return null;
  return (
    <section>
      <h2>
        Cases <span className="how-many">{cases.length}</span>
      </h2>
      <ul>
        {cases.slice(0, MOST).map(({ code, name, status, vehicle }) => (
          <li key={code}>
            <button
              type="button"
              className="source"
              data-testid={`case-${code}`}
              onClick={() => goTo(`${pathOf("projects", project, "equipment")}?item=${encodeURIComponent(code)}`)}
            >
              <span className="badge">
                <Icon name="box" />
              </span>
              <span className="who">
                <b>{name}</b>
                <span className="doing">
                  {code} · {STATUS_WORDS[status]}
                  {vehicle ? ` · on ${nameOf(vehicle)}` : ""}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {cases.length > MOST && <p className="hint">{cases.length - MOST} more: write more of the name, code or tag.</p>}
    </section>
  );
}

export function useFoundCases(search: string): readonly ItemStatus[] {
  const { stock } = useFeed();
  const items = useStore(stock.items);
  const wanted = useDeferredValue(search.trim());
  return useMemo(
    () => (wanted ? find(stock.index(), wanted, NO_FILTERS, new Map()).items : []),
    [stock, items, wanted], // the index is that of the items
  );
}
