import { useCallback, useState } from "react";
import { Shelf } from "../live/shelf";
import type { Aim } from "./scans";

const shelf = new Shelf<Aim>("aim");
const FIRST: Aim = { mode: "look", vehicle: null };

/** What scans are meant to do in a project; it is as it was last time. */
export function useAim(me: string, project: string): [Aim, (aim: Aim) => void] {
  const key = `${me}/${project}`;
  const [aim, setAim] = useState(() => shelf.get(key) ?? FIRST);
  const set = useCallback(
    (next: Aim) => {
      setAim(next);
      try {
        shelf.set(key, next);
      } catch {
        // no room in this browser: until the page ends
      }
    },
    [key],
  );
  return [aim, set];
}
