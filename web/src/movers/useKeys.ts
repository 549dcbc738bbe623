import { useEffect, useRef } from "react";

/** Keys that do something wherever the focus is, but for where somebody writes. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const run = useRef(keys);
  useEffect(() => void (run.current = keys));
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const writing = (event.target as HTMLElement).closest("input:not([type=range]), textarea, select, dialog");
      const held = event.ctrlKey || event.metaKey || event.altKey;
      if (event.defaultPrevented || held || writing) return;
      run.current[event.key]?.();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}
