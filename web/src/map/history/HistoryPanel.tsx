import { useEffect, useMemo, useState } from "react";
import { useQuery } from "../../app/router";
import { useFeed } from "../../live/useFeed";
import { now } from "../../live/clock";
import { moverOf, type Mover } from "../../movers/movers";
import { backToLive, lookAtSpan } from "../../movers/selection";
import { useKeys } from "../../movers/useKeys";
import { HistorySource } from "./HistorySource";
import { HistorySpan } from "./HistorySpan";
import { HistoryTimeLine } from "./HistoryTimeLine";
import { firstSpan, spanOf, type Span } from "../../movers/span";
import type { LiveMap } from "../liveMap";
import { PACES } from "./trackPace";
import { useTrack, useTrackLayers } from "./useTrack";

interface Props {
  map: LiveMap | null;
  source: string;
  movers: readonly Mover[];
  selected: Mover | undefined;
}

/** The past of one source, on the map and along a time line. */
export function HistoryPanel({ map, source, movers, selected }: Props) {
  const span = useSpan(source);
  const of = `${source} ${span.from} ${span.to}`;
  const { track, busy, error, retry } = useTrack(map, source, span);
  const layers = useTrackLayers(map, track, of);
  useKeys({ Escape: () => selected || backToLive() }); // its pop-up closes first
  const name = moverOf(movers, source)?.name ?? source;

  return (
    <section className="history" aria-label={`History of ${name}`} data-testid="history" data-points={track?.length}>
      <header>
        <button type="button" className="to-live" onClick={backToLive}>
          <span className="dot" aria-hidden="true" /> Back to LIVE
        </button>
        <HistorySource source={source} movers={movers} />
        <HistorySpan span={span} onChoose={lookAtSpan} />
        {busy && <span className="spinner" role="status" aria-label="Looking it up" />}
      </header>
      {error ? (
        <p className="error" role="alert">
          {error}{" "}
          <button type="button" className="link" onClick={retry}>
            Try again
          </button>
        </p>
      ) : (
        <HistoryTimeLine key={of} name={name} span={span} track={track} layers={layers} />
      )}
      {track && track.length > 0 && <Legend />}
    </section>
  );
}

/** The span in the address; without one, that with which to begin. */
function useSpan(source: string): Span {
  const { fleet } = useFeed();
  const [from] = useQuery("from");
  const [to] = useQuery("to");
  const [opened] = useState(now);
  const heardAt = fleet.positions.fixes.get(source)?.at;
  const [heardFirst, setHeardFirst] = useState(heardAt);
  useEffect(() => setHeardFirst((before) => before ?? heardAt), [heardAt]);
  return useMemo(() => spanOf(from, to) ?? firstSpan(heardFirst, opened), [from, to, heardFirst, opened]);
}

function Legend() {
  return (
    <ul className="track-legend" aria-label="Speed">
      {PACES.map(({ id, word, range, width }) => (
        <li key={id}>
          <span className="swatch" style={{ height: width + 1, background: `var(--track-${id})` }} aria-hidden="true" />
          {word} <span className="dim">{range}</span>
        </li>
      ))}
      <li className="dim">km/h</li>
    </ul>
  );
}
