/** Whom the app shows a way to administration; the server decides what they may do there. */

import type { Me, Project } from "../contract/types";

/** The projects whose people, devices and shifts one may manage. */
export function managed({ admin, projects }: Me): readonly Project[] {
  return projects.filter(({ role }) => admin || role === "dispatcher");
}

export function mayAdminister(me: Me): boolean {
  return me.admin || managed(me).length > 0;
}
