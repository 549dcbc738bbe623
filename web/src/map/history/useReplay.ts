import { useEffect, useState } from "react";
import type { Span } from "../../movers/span";

const WHOLE_MS = 40_000; // a replay of the whole span
const FRAME_MS = 100;

/** Moves the moment on until the span ends; from its end, begins anew. */
export function useReplay(
  at: number,
  onMove: (at: number) => void,
  { from, to }: Span,
): [playing: boolean, play: (wanted: boolean) => void] {
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return;
    const next = at + ((to - from) * FRAME_MS) / WHOLE_MS;
    const timer = setTimeout(() => (at >= to ? setPlaying(false) : onMove(Math.min(next, to))), FRAME_MS);
    return () => clearTimeout(timer);
  }, [playing, at, onMove, from, to]);

  function play(wanted: boolean) {
    if (wanted) onMove(at >= to ? from : at);
    setPlaying(wanted);
  }
  return [playing, play];
}
