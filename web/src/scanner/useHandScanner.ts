import { useEffect, useRef } from "react";
import { listenForScans } from "./handScanner";

/** Hears a hand scanner while the component is there. */
export function useHandScanner(onCode: (code: string) => void): void {
  const tell = useRef(onCode);
  useEffect(() => void (tell.current = onCode), [onCode]);
  useEffect(() => listenForScans((code) => tell.current(code)), []);
}
