import { Chips } from "../design/Chips";
import type { State } from "./activity";
import { isFiltering, KIND_CHIPS, STATE_CHIPS, type Filter, type Sifted } from "./filter";
import type { Group } from "./movers";
import { clearFilter, toggle } from "./useSifted";

interface Props {
  filter: Filter;
  counts: Sifted["counts"];
  found: number;
  of: number;
}

/** What list and map are narrowed down to. A chip that would leave nothing isn't there, unless it is on. */
export function FilterChips({ filter, counts, found, of }: Props) {
  const chips = <Id extends Group | State>(all: readonly { id: Id; word: string }[], on: ReadonlySet<Id>) =>
    all
      .filter(({ id }) => counts[id] > 0 || on.has(id))
      .map(({ id, word }) => ({
        id,
        word: (
          <>
            {word} <span className="how-many">{counts[id]}</span>
          </>
        ),
      }));
  return (
    <div className="filters">
      <div className="scroll-row">
        <Chips
          label="Show only"
          chips={chips(KIND_CHIPS, filter.kinds)}
          on={filter.kinds}
          onToggle={(id) => toggle("kind", filter.kinds, id)}
        />
        <Chips
          label="That are"
          chips={chips(STATE_CHIPS, filter.states)}
          on={filter.states}
          onToggle={(id) => toggle("state", filter.states, id)}
        />
      </div>
      {isFiltering(filter) && (
        <p className="filtering">
          {found} of {of} shown
          <button type="button" className="link" onClick={clearFilter}>
            Show all
          </button>
        </p>
      )}
    </div>
  );
}
