import { ago, absolute, clock } from "./times";
import { useNow } from "./useNow";

const RELATIVE_MS = 3_600_000; // after an hour the clock says more

/** A moment that keeps counting, in full on hover. */
export function Ago({ at }: { at: number }) {
  const now = useNow();
  const text = now - at < RELATIVE_MS ? ago(now - at) : clock(at, now);
  return (
    <time dateTime={new Date(at).toISOString()} title={absolute(at)}>
      {text}
    </time>
  );
}
