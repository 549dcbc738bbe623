import type { ReactNode, RefObject } from "react";
import { absolute, ago } from "../design/times";
import { compass, kmh, metres } from "../design/units";
import { useNow } from "../design/useNow";
import { Icon } from "../design/Icon";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { activity, stateOf, type State } from "./activity";
import type { Mover } from "./movers";
import type { Fix } from "./positions";
import { PopupActions } from "./PopupActions";
import { select } from "./selection";
import { STATE_WORDS } from "./StateSign";
import { useNames } from "./useMovers";
import { useKeys } from "./useKeys";

interface Props {
  place: RefObject<HTMLDivElement | null>; // the map moves it with the marker
  mover: Mover;
  followed: boolean;
}

/** What is known of the selected one, beside its marker. */
export function SourcePopup({ place, mover, followed }: Props) {
  const { fleet } = useFeed();
  const now = useNow();
  const presence = useStore(fleet.presences)[mover.slug];
  useStore(fleet.positions.list);
  const fix = fleet.positions.fixes.get(mover.slug);
  const state = stateOf(fix, presence?.online, now);
  useKeys({ Escape: () => select(null) });

  return (
    <div
      className="popup"
      ref={place}
      role="dialog"
      aria-label={mover.name}
      data-testid="popup"
      data-placed={fix !== undefined}
    >
      <header>
        <b>{mover.name}</b>{" "}
        <span className="state-word" data-state={state}>
          {STATE_WORDS[state]}
        </span>
        <button type="button" className="icon-button" aria-label="Close" onClick={() => select(null)}>
          <Icon name="close" size={16} />
        </button>
      </header>
      {fix ? <Facts mover={mover} fix={fix} state={state} now={now} /> : <p className="dim">No position yet.</p>}
      <PopupActions mover={mover} followed={followed} />
    </div>
  );
}

function Facts({ mover, fix, state, now }: { mover: Mover; fix: Fix; state: State; now: number }) {
  const { fleet, stock } = useFeed();
  const nameOf = useNames(fleet);
  const items = [...useStore(stock.items).byCode.values()].filter(({ vehicle }) => vehicle === mover.slug);
  const { group, person, slug } = mover;
  return (
    <dl>
      {state === "moving" ? (
        <Fact name="Speed">
          {kmh(fix.speed ?? 0)}
          {fix.heading === null ? "" : ` · ${compass(fix.heading)} ${Math.round(fix.heading)}°`}
        </Fact>
      ) : (
        <Fact name="Doing">{activity(state, fix, fleet.positions.trails.get(slug) ?? [], now)}</Fact>
      )}
      <Fact name="Fix">
        <time title={absolute(fix.at)} data-testid="popup-age">
          {ago(now - fix.at)}
        </time>
        {fix.accuracy === null ? "" : ` · ±${metres(fix.accuracy)}`}
      </Fact>
      {fix.battery !== null && <Fact name="Battery">{Math.round(fix.battery)} %</Fact>}
      {fix.altitude !== null && <Fact name="Altitude">{metres(fix.altitude)}</Fact>}
      {group === "crew" && person !== slug && <Fact name="Phone">{nameOf(slug)}</Fact>}
      {group !== "crew" && person && <Fact name="With">{nameOf(person)}</Fact>}
      {group === "vehicle" && <Fact name="Load">{loadOf(items)}</Fact>}
      <Fact name="Place">
        {fix.lat.toFixed(5)}, {fix.lon.toFixed(5)}
      </Fact>
    </dl>
  );
}

const NAMED = 3;

function loadOf(items: readonly { name: string }[]): string {
  if (items.length === 0) return "no cases scanned on";
  const names = items
    .slice(0, NAMED)
    .map(({ name }) => name)
    .join(", ");
  return items.length > NAMED ? `${names} and ${items.length - NAMED} more` : names;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
