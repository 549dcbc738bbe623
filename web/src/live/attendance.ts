/** Being in projects for the sake of what is heard there, without asking what they look like. */

import type { Realtime } from "./realtime";

export class Attendance {
  #projects: ReadonlySet<string> = new Set();

  constructor(readonly realtime: Pick<Realtime, "attend" | "leave">) {}

  /** In these, and in no others. */
  at(projects: ReadonlySet<string>): void {
    const before = this.#projects;
    this.#projects = projects;
    for (const project of projects) if (!before.has(project)) this.realtime.attend(project);
    for (const project of before) if (!projects.has(project)) this.realtime.leave(project);
  }
}
