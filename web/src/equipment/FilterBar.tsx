import { Icon } from "../design/Icon";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useMovers } from "../movers/useMovers";
import { LOADED, LOOSE, NOWHERE, type UseFilters } from "./filters";
import type { UseFound } from "./useFound";
import type { UseSelection } from "./useSelection";

interface Props {
  found: UseFound;
  filtering: UseFilters;
  selection: UseSelection;
  canWrite: boolean;
}

/** Where, in which order, how many that leaves, and the way to choose some of them. */
export function FilterBar({ found, filtering, selection, canWrite }: Props) {
  const { filters, setWhere, setRecent, clear } = filtering;
  const search = useFeed().stock.search;
  const narrowed = useStore(search) !== "" || filters.where !== null || filters.statuses.size > 0;

  function showAll() {
    search.set("");
    clear();
  }

  return (
    <>
      <div className="filter-bar">
        <WhereSelect where={filters.where} onChange={setWhere} />
        <button type="button" className="chip" aria-pressed={filters.recent} onClick={() => setRecent(!filters.recent)}>
          <Icon name="clock" size={14} /> Latest change first
        </button>
      </div>
      <div className="found">
        <span role="status" data-testid="found">
          {narrowed ? `${number(found.items.length)} of ${number(found.total)}` : number(found.total)}
          {found.total === 1 ? " case" : " cases"}
        </span>
        {narrowed && (
          <button type="button" className="link" onClick={showAll}>
            Show all
          </button>
        )}
        <span className="stretch" />
        {canWrite && !selection.selecting && found.items.length > 0 && (
          <button type="button" className="link" onClick={selection.choose.begin}>
            Select
          </button>
        )}
      </div>
    </>
  );
}

function WhereSelect({ where, onChange }: { where: string | null; onChange: (where: string | null) => void }) {
  const vehicles = useMovers(useFeed().fleet).filter(({ group }) => group === "vehicle");
  const named = [LOOSE, LOADED, NOWHERE, ...vehicles.map(({ slug }) => slug)];
  return (
    <span className="select" data-on={where !== null || undefined}>
      <select aria-label="Where" value={where ?? ""} onChange={(event) => onChange(event.target.value || null)}>
        <option value="">Anywhere</option>
        <option value={LOOSE}>Not loaded</option>
        <option value={LOADED}>On a vehicle</option>
        <option value={NOWHERE}>On no project</option>
        <optgroup label="On">
          {vehicles.map(({ slug, name }) => (
            <option key={slug} value={slug}>
              {name}
            </option>
          ))}
          {where !== null && !named.includes(where) && <option value={where}>{where}</option>}
        </optgroup>
      </select>
      <Icon name="chevron" size={14} />
    </span>
  );
}

function number(count: number): string {
  return count.toLocaleString("en");
}
