import type { State } from "./activity";

/** A shape beside the colour: an arrow that drives, a square that stands, rings that are old or silent, a cross that is offline. */
export function StateSign({ state, heading }: { state: State; heading: number | null }) {
  const shape = {
    moving: <path d="M6 1l4 10-4-2.5L2 11z" transform={`rotate(${heading ?? 0} 6 6)`} fill="currentColor" />,
    stopped: <rect x="3" y="3" width="6" height="6" fill="currentColor" />,
    stale: <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />,
    silent: <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2 2" />,
    offline: <path d="M2.5 2.5l7 7m0-7l-7 7" stroke="currentColor" strokeWidth="1.8" />,
    unknown: null,
  }[state];
  return (
    <svg className="state" width="12" height="12" viewBox="0 0 12 12" role="img" aria-label={STATE_WORDS[state]}>
      {shape}
    </svg>
  );
}

export const STATE_WORDS: Record<State, string> = {
  moving: "moving",
  stopped: "stopped",
  stale: "out of touch",
  silent: "silent",
  offline: "offline",
  unknown: "not on the map",
};
