import { setQuery } from "../../app/router";
import { Icon } from "../../design/Icon";
import { KIND_CHIPS } from "../../movers/filter";
import type { Mover } from "../../movers/movers";

const MOST = 500; // of a kind; the others are looked back on from their pop-up

/** Whose past it is. */
export function HistorySource({ source, movers }: { source: string; movers: readonly Mover[] }) {
  const groups = Map.groupBy(movers, ({ group }) => group);
  const listed = movers.some(({ slug }) => slug === source);
  return (
    <span className="select">
      <select aria-label="History of" value={source} onChange={({ target }) => setQuery({ history: target.value })}>
        {!listed && <option value={source}>{source}</option>}
        {KIND_CHIPS.map(({ id, word }) => (
          <optgroup key={id} label={word}>
            {groups
              .get(id)
              ?.filter(({ slug }, place) => place < MOST || slug === source)
              .map(({ slug, name }) => (
                <option key={slug} value={slug}>
                  {name}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      <Icon name="chevron" size={14} />
    </span>
  );
}
