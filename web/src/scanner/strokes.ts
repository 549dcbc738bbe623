/** A hand scanner that acts as a keyboard is told from a person by its speed: nobody types five keys in a tenth of a second. */

export interface Stroke {
  readonly key: string; // as of a KeyboardEvent
  readonly at: number; // ms
  readonly odd?: boolean; // repeated, composed, or with a modifier that makes it a command
}

/** Keys that came one right after the other. */
export interface Burst {
  readonly text: string;
  readonly first: number; // ms
  readonly last: number;
}

export const NO_BURST: Burst = { text: "", first: 0, last: 0 };

export const APART_MS = 60; // a longer pause begins something new
const FAST_MS = 35; // between two keys, on average
const SHORTEST = 4; // no tag is shorter
export const ENDS = new Set(["Enter", "Tab"]);
const SILENT = new Set(["Shift", "CapsLock", "AltGraph"]); // pressed for the sake of another key

export interface Struck {
  readonly burst: Burst;
  readonly code: string | null; // what was scanned, when this key ended it
}

export function strike(burst: Burst, { key, at, odd = false }: Stroke): Struck {
  if (SILENT.has(key)) return { burst, code: null };
  const goesOn = !odd && burst.text !== "" && at - burst.last <= APART_MS;
  if (ENDS.has(key)) {
    const scanned = goesOn && burst.text.length >= SHORTEST && isFast(at - burst.first, burst.text.length);
    return { burst: NO_BURST, code: scanned ? burst.text : null };
  }
  if (odd || [...key].length !== 1) return { burst: NO_BURST, code: null };
  return { burst: goesOn ? { ...burst, text: burst.text + key, last: at } : { text: key, first: at, last: at }, code: null };
}

/** Whether two keys or more came as nobody types them, so that the next belong to them too. */
export function isScanning({ text, first, last }: Burst): boolean {
  return text.length > 1 && isFast(last - first, text.length - 1);
}

function isFast(ms: number, pauses: number): boolean {
  return ms / pauses < FAST_MS;
}
