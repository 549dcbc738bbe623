import { memo } from "react";
import type { State } from "./activity";
import type { IconName } from "../design/icons";
import { ICONS } from "../design/icons";
import type { Mover } from "./movers";
import type { Fix } from "./positions";
import { absolute, age } from "../design/times";
import { Avatar } from "../design/Avatar";
import { Icon } from "../design/Icon";

interface Props {
  mover: Mover;
  fix: Fix | undefined;
  state: State;
  doing: string;
  load: number;
  seconds: number | null; // age of the fix
  place: number; // in a list of which only a part is there
  of: number;
  selected: boolean;
  onSelect: (slug: string) => void;
}

export const SourceRow = memo(function SourceRow({
  mover,
  fix,
  state,
  doing,
  load,
  seconds,
  place,
  of,
  selected,
  onSelect,
}: Props) {
  const { slug, name, group } = mover;
  return (
    <li aria-posinset={place} aria-setsize={of}>
      <button
        type="button"
        className="source"
        data-testid={`source-${slug}`}
        data-source={slug}
        data-state={state}
        data-lat={fix?.lat}
        data-lon={fix?.lon}
        data-at={fix ? new Date(fix.at).toISOString() : undefined}
        aria-pressed={selected}
        onClick={() => onSelect(slug)}
      >
        {group === "crew" ? (
          <Avatar slug={mover.person ?? slug} name={name} />
        ) : (
          <span className="badge">
            <Icon name={signOf(mover)} />
          </span>
        )}
        <span className="who">
          <b>{name}</b>
          <span className="doing">
            {[doing, words(fix, group), load > 0 ? `${load} ${load === 1 ? "case" : "cases"}` : ""]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </span>
        <span className="when">
          {fix && seconds !== null && (
            <time dateTime={new Date(fix.at).toISOString()} title={absolute(fix.at)}>
              {age(seconds * 1000)}
            </time>
          )}
          <StateSign state={state} heading={fix?.heading ?? null} />
        </span>
      </button>
    </li>
  );
});

function signOf({ kind }: Mover): IconName {
  if (kind in ICONS) return kind as IconName;
  return kind === "scanner" ? "reader" : "tracker";
}

/** What matters of a person's phone. */
function words(fix: Fix | undefined, group: Mover["group"]): string {
  if (!fix || group !== "crew" || fix.battery === null) return "";
  return `${Math.round(fix.battery)} %`;
}

/** A shape beside the colour: an arrow that drives, a square that stands, a ring that is silent. */
function StateSign({ state, heading }: { state: State; heading: number | null }) {
  const shape = {
    moving: <path d="M6 1l4 10-4-2.5L2 11z" transform={`rotate(${heading ?? 0} 6 6)`} fill="currentColor" />,
    stopped: <rect x="3" y="3" width="6" height="6" fill="currentColor" />,
    stale: <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />,
    silent: <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2 2" />,
    unknown: null,
  }[state];
  return (
    <svg className="state" width="12" height="12" viewBox="0 0 12 12" role="img" aria-label={state}>
      {shape}
    </svg>
  );
}
