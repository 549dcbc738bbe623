/** My shifts as they were heard of last, one of each project. */

import type { Shift } from "../contract/types";
import { instant } from "../design/times";
import { now } from "../live/clock";
import { Problem } from "../live/rest";
import { Shelf } from "../live/shelf";
import { Store } from "../live/store";
import * as api from "./api";

const SLACK_MS = 5000; // a shift begun this moment begins by the server's clock

export interface OwnShift {
  readonly id: number;
  readonly since: number; // ms since 1970
  readonly until: number;
}

export class OwnShifts {
  readonly byProject: Store<Readonly<Record<string, OwnShift | null>>>;
  readonly #shelf: Shelf<Readonly<Record<string, OwnShift | null>>>;

  constructor(readonly me: string) {
    this.#shelf = new Shelf("shifts");
    this.byProject = new Store(this.#shelf.get(me) ?? {});
  }

  /** The one that runs now, as far as is known here. */
  running(project: string): OwnShift | null {
    const shift = this.byProject.get()[project] ?? null;
    return shift && runs(shift) ? shift : null;
  }

  /** The one that runs, or null; as last known where the server can't be reached. Throws Problem when it refuses. */
  async ask(project: string): Promise<OwnShift | null> {
    try {
      const mine = (await api.shifts(project)).filter(({ person }) => person === this.me).map(owned);
      this.#know(project, mine.find(runs) ?? null);
    } catch (error) {
      if (error instanceof Problem && error.isFinal) throw error;
    }
    return this.running(project);
  }

  /** Throws Problem. */
  async begin(project: string, hours: number): Promise<OwnShift> {
    const shift = owned(await api.beginShift(project, hours));
    this.#know(project, shift);
    return shift;
  }

  /** Throws Problem; one that is over already is no problem. */
  async end(project: string): Promise<void> {
    const shift = this.running(project);
    if (!shift) return;
    try {
      await api.endShift(project, shift.id);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 404)) throw error;
    }
    this.#know(project, null);
  }

  #know(project: string, shift: OwnShift | null): void {
    this.byProject.update((known) => ({ ...known, [project]: shift }));
    try {
      this.#shelf.set(this.me, this.byProject.get());
    } catch {
      // no room in this browser: known for as long as the page lasts
    }
  }
}

function owned({ id, since, until }: Shift): OwnShift {
  return { id, since: instant(since), until: instant(until) };
}

function runs({ since, until }: OwnShift): boolean {
  return since <= now() + SLACK_MS && now() < until;
}
