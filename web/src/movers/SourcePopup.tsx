import { useEffect, type ReactNode, type RefObject } from "react";
import { activity, stateOf } from "./activity";
import type { Mover } from "./movers";
import { useStore } from "../live/store";
import { absolute, ago } from "../design/times";
import { compass, kmh, metres } from "../design/units";
import { useFeed } from "../live/useFeed";
import { useNames } from "./useMovers";
import { useNow } from "../design/useNow";
import { Icon } from "../design/Icon";

interface Props {
  place: RefObject<HTMLDivElement | null>; // the map moves it with the marker
  mover: Mover;
  onClose: () => void;
}

/** What is known of the selected one, beside its marker. */
export function SourcePopup({ place, mover, onClose }: Props) {
  const feed = useFeed();
  const now = useNow();
  const nameOf = useNames(feed.fleet);
  const presence = useStore(feed.fleet.presences)[mover.slug];
  const items = [...useStore(feed.stock.items).byCode.values()].filter(({ vehicle }) => vehicle === mover.slug);
  useStore(feed.fleet.positions.list);
  const fix = feed.fleet.positions.fixes.get(mover.slug);
  const state = stateOf(fix, presence?.online, now);
  useEscape(onClose);

  return (
    <div className="popup" ref={place} role="dialog" aria-label={mover.name} data-testid="popup">
      <header>
        <b>{mover.name}</b>{" "}
        <span className="state-word" data-state={state}>
          {WORDS[state]}
        </span>
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" size={16} />
        </button>
      </header>
      {!fix && <p className="dim">No position yet.</p>}
      {fix && (
        <dl>
          {fix.speed !== null && state === "moving" && (
            <Row name="Speed">
              {kmh(fix.speed)} {fix.heading === null ? "" : compass(fix.heading)}
            </Row>
          )}
          {state !== "moving" && (
            <Row name="Doing">{activity(state, fix, feed.fleet.positions.trails.get(mover.slug) ?? [], now)}</Row>
          )}
          <Row name="Fix">
            <time title={absolute(fix.at)}>{ago(now - fix.at)}</time>
            {fix.accuracy === null ? "" : ` · ±${metres(fix.accuracy)}`}
          </Row>
          {fix.battery !== null && <Row name="Battery">{Math.round(fix.battery)} %</Row>}
          {fix.altitude !== null && <Row name="Altitude">{metres(fix.altitude)}</Row>}
          {mover.person && mover.person !== mover.slug && <Row name="Phone">{nameOf(mover.slug)}</Row>}
          {mover.group === "vehicle" && <Row name="Load">{loadOf(items)}</Row>}
          <Row name="Place">
            <span className="numbers">
              {fix.lat.toFixed(5)}, {fix.lon.toFixed(5)}
            </span>
          </Row>
        </dl>
      )}
    </div>
  );
}

const WORDS = {
  moving: "moving",
  stopped: "stopped",
  stale: "out of touch",
  silent: "silent",
  unknown: "not on the map",
};
const NAMED = 3;

function loadOf(items: readonly { name: string }[]): string {
  if (items.length === 0) return "no cases scanned on";
  const names = items
    .slice(0, NAMED)
    .map(({ name }) => name)
    .join(", ");
  return items.length > NAMED ? `${names} and ${items.length - NAMED} more` : names;
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function useEscape(run: () => void): void {
  useEffect(() => {
    const close = ({ key }: KeyboardEvent) => key === "Escape" && run();
    addEventListener("keydown", close);
    return () => removeEventListener("keydown", close);
  }, [run]);
}
