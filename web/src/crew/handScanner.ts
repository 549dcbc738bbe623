/** A hand scanner is a keyboard that types a code at once and ends it with Enter. */

import { useEffect, useRef } from "react";

const FAST_MS = 100; // between two keys; a person is slower
const SHORTEST = 3; // characters

/** Keys in, codes out. */
export class Wedge {
  #text = "";
  #last = -Infinity;

  /** The code that this key ends, or null. */
  key(key: string, at: number): string | null {
    if (at - this.#last > FAST_MS) this.#text = "";
    this.#last = at;
    if (key === "Enter") {
      const text = this.#text.trim();
      this.#text = "";
      return text.length >= SHORTEST ? text : null;
    }
    if (key.length === 1) this.#text += key;
    return null;
  }
}

/** Hears a hand scanner wherever on the page the focus is, but in a field. */
export function useHandScanner(onCode: (text: string) => void): void {
  const tell = useRef(onCode);
  useEffect(() => void (tell.current = onCode), [onCode]);
  useEffect(() => {
    const wedge = new Wedge();
    const hear = (event: KeyboardEvent) => {
      if ((event.target as Element).closest?.("input, textarea, select, dialog")) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const code = wedge.key(event.key, event.timeStamp);
      if (code === null) return;
      event.preventDefault(); // or it would press the button that has the focus
      tell.current(code);
    };
    addEventListener("keydown", hear, { capture: true });
    return () => removeEventListener("keydown", hear, { capture: true });
  }, []);
}
