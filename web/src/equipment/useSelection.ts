import { useMemo, useRef, useState } from "react";
import { addAll, extend, NOTHING, toggle, type Selection } from "./selection";

export interface UseSelection {
  readonly codes: ReadonlySet<string>;
  readonly selecting: boolean; // whether a click chooses
  readonly choose: Choose;
}

/** The same functions for as long as the list is there. */
export interface Choose {
  begin: () => void;
  toggle: (code: string) => void;
  extend: (code: string) => void;
  all: () => void;
  end: () => void;
}

/** Of those listed; what was chosen stays so while the list is narrowed to something else. */
export function useSelection(listed: readonly { code: string }[]): UseSelection {
  const [selection, setSelection] = useState<Selection | null>(null);
  const latest = useRef(listed);
  latest.current = listed;
  const choose = useMemo<Choose>(() => {
    const change = (by: (selection: Selection, listed: readonly string[]) => Selection) =>
      setSelection((known) => by(known ?? NOTHING, latest.current.map(({ code }) => code)));
    return {
      begin: () => setSelection(NOTHING),
      toggle: (code) => change((known) => toggle(known, code)),
      extend: (code) => change((known, codes) => extend(known, code, codes)),
      all: () => change(addAll),
      end: () => setSelection(null),
    };
  }, []);
  return { codes: selection?.codes ?? NOTHING.codes, selecting: selection !== null, choose };
}
