import { useDeferredValue, useMemo } from "react";
import { goTo, pathOf } from "../app/router";
import { Icon } from "../design/Icon";
import { findItems, STATUS_WORDS } from "../equipment/items";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useNames } from "./useMovers";

const MOST = 8;

/** The cases a search finds; one opens in the equipment. */
export function FoundCases({ search }: { search: string }) {
  const { stock, fleet, project } = useFeed();
  const items = useStore(stock.items);
  const nameOf = useNames(fleet);
  const wanted = useDeferredValue(search.trim());
  const found = useMemo(() => (wanted ? findItems(items, wanted) : []), [items, wanted]);
  if (found.length === 0) return null;
  return (
    <section>
      <h2>
        Cases <span className="count">{found.length}</span>
      </h2>
      <ul>
        {found.slice(0, MOST).map(({ code, name, status, vehicle }) => (
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
      {found.length > MOST && <p className="hint">{found.length - MOST} more: write more of the name, code or tag.</p>}
    </section>
  );
}
