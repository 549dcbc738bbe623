import { useEffect, useMemo, useState, type CSSProperties, type KeyboardEvent } from "react";
import { Icon } from "../../design/Icon";
import { clock } from "../../design/times";
import { now } from "../../live/clock";
import { MomentWords, momentText } from "./HistoryMoment";
import type { Span } from "../../movers/span";
import { momentAt, pieces, type Track } from "./track";
import type { TrackLayers } from "./trackLayers";
import { useReplay } from "./useReplay";

interface Props {
  name: string;
  span: Span;
  track: Track | null; // null until it has come
  layers: TrackLayers | null;
}

const SECOND_MS = 1000;
const KEY_STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
};
const STEPS = 200; // of an arrow key from end to end

/** The span from end to end, where something was heard and where not, and the moment one looks at. */
export function HistoryTimeLine({ name, span, track, layers }: Props) {
  const [chosen, setChosen] = useState<number | null>(null);
  const cut = useMemo(() => pieces(track ?? [], span.from, span.to), [track, span]);
  const end = track?.at(-1)?.at ?? span.to;
  const at = chosen ?? end;
  const moment = useMemo(() => momentAt(track ?? [], at), [track, at]);
  const [playing, setPlaying] = useReplay(at, setChosen, { from: track?.[0]?.at ?? span.from, to: end });
  useEffect(() => layers?.mark(moment), [layers, moment]);
  if (track?.length === 0) {
    return (
      <p className="dim" role="status">
        Nothing was heard of {name} between {clock(span.from, now())} and {clock(span.to, now())}.
      </p>
    );
  }

  function step(event: KeyboardEvent) {
    const steps = KEY_STEPS[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    setChosen(within(at + (steps * (span.to - span.from)) / STEPS, span));
  }

  return (
    <>
      <div className="time-line" aria-busy={track === null}>
        <button
          type="button"
          className="icon-button"
          aria-label={playing ? "Stop" : "Replay"}
          aria-pressed={playing}
          disabled={track === null}
          onClick={() => setPlaying(!playing)}
        >
          <Icon name={playing ? "pause" : "play"} size={16} />
        </button>
        <time>{clock(span.from, now())}</time>
        <div className="band">
          {cut.map((piece) => (
            <span
              key={`${piece.from} ${piece.heard}`}
              className="piece"
              data-heard={piece.heard}
              style={extent(piece, span)}
            />
          ))}
          <input
            type="range"
            aria-label="Moment"
            aria-valuetext={momentText(moment)}
            disabled={track === null}
            min={span.from}
            max={span.to}
            step={SECOND_MS}
            value={at}
            onKeyDown={step}
            onChange={({ target }) => setChosen(Number(target.value))}
          />
        </div>
        <time>{clock(span.to, now())}</time>
      </div>
      {track && <MomentWords moment={moment} />}
    </>
  );
}

function extent({ from, to }: Span, span: Span): CSSProperties {
  const share = (at: number) => `${(100 * (at - span.from)) / (span.to - span.from)}%`;
  return { left: share(from), right: `calc(100% - ${share(to)})` };
}

function within(at: number, { from, to }: Span): number {
  return Math.max(from, Math.min(at, to));
}
