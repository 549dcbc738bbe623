import type { Status } from "../contract/types";
import { Icon } from "../design/Icon";
import { MOST } from "./selection";
import { StatusButtons } from "./StatusButtons";
import type { UseFound } from "./useFound";
import type { UseSelection } from "./useSelection";

interface Props {
  selection: UseSelection;
  found: UseFound;
  onAsk: (codes: readonly string[], status: Status) => void;
}

/** What can be done with those that are chosen: one change of all of them. */
export function ActionBar({ selection: { codes, choose }, found, onAsk }: Props) {
  const hidden = codes.size - found.items.filter(({ code }) => codes.has(code)).length;
  const tooMany = codes.size > MOST;
  return (
    <div className="action-bar" role="toolbar" aria-label="Change those selected">
      <p>
        <b role="status" data-testid="selected">
          {codes.size.toLocaleString("en")} selected
        </b>
        {hidden > 0 && <span className="dim">{hidden.toLocaleString("en")} not shown</span>}
        <span className="stretch" />
        <button type="button" className="link" onClick={choose.all}>
          Select all {found.items.length.toLocaleString("en")}
        </button>
        <button type="button" className="icon-button" aria-label="Done selecting" title="Done (Esc)" onClick={choose.end}>
          <Icon name="close" size={16} />
        </button>
      </p>
      {tooMany && <p className="warn">{MOST.toLocaleString("en")} at once at most: narrow the search.</p>}
      <StatusButtons
        label="Status for those selected"
        status={null}
        disabled={codes.size === 0 || tooMany}
        onAsk={(status) => onAsk([...codes], status)}
      />
    </div>
  );
}
