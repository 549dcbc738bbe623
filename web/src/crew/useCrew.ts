import { createContext, useContext, useEffect, useState } from "react";
import { session } from "../app/session";
import type { Me } from "../contract/types";
import { useLive } from "../live/useRealtime";
import { ScanLog } from "./scanLog";
import { Sharing } from "./sharing";
import { allowSound, give } from "./signals";

/** What the phone does in whatever project is open. */
export interface Crew {
  readonly sharing: Sharing;
  readonly log: ScanLog;
}

export const CrewContext = createContext<Crew | null>(null);

export function useCrew(): Crew {
  const crew = useContext(CrewContext);
  if (!crew) throw new Error("useCrew is used outside CrewContext");
  return crew;
}

export function useOwnCrew({ slug, projects }: Me): Crew | null {
  const { realtime, outbox } = useLive();
  const [crew, setCrew] = useState<Crew | null>(null);
  useEffect(() => {
    const sharing = new Sharing(slug, realtime);
    const log = new ScanLog(slug, outbox, give);
    sharing.start(projects.map((project) => project.slug));
    log.start();
    setCrew({ sharing, log });
    const forget = session.subscribe(() => {
      const now = session.get();
      if (now.state === "out" && !now.expired) sharing.end(); // signed out by hand: it doesn't begin again by itself
    });
    return () => {
      forget();
      sharing.stop();
      log.stop();
    };
  }, [slug, realtime, outbox]); // the projects of the first moment: others have nothing waiting here
  useSound();
  return crew;
}

function useSound(): void {
  useEffect(() => {
    addEventListener("pointerdown", allowSound);
    addEventListener("keydown", allowSound);
    return () => {
      removeEventListener("pointerdown", allowSound);
      removeEventListener("keydown", allowSound);
    };
  }, []);
}
