import { memo } from "react";
import type { State } from "./activity";
import { absolute, age } from "../design/times";
import type { Mover } from "./movers";
import { MoverBadge } from "./MoverBadge";
import type { Fix } from "./positions";
import { StateSign } from "./StateSign";

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
        <MoverBadge mover={mover} />
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

/** What matters of a person's phone. */
function words(fix: Fix | undefined, group: Mover["group"]): string {
  if (!fix || group !== "crew" || fix.battery === null) return "";
  return `${Math.round(fix.battery)} %`;
}
