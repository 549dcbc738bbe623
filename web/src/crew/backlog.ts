/** Fixes that were shared and haven't left this phone yet. Kept for a reload, in few writes. */

import type { Position } from "../contract/types";
import { Shelf } from "../live/shelf";
import { Store } from "../live/store";
import { thinned } from "./track";

export const MOST = 2000; // of one project; then every second one goes
const WRITE_MS = 10_000;

export class Backlog {
  readonly size = new Store(0);
  readonly #shelf: Shelf<readonly Position[]>;
  readonly #tracks = new Map<string, readonly Position[]>();
  readonly #kept = new Set<string>(); // projects that are on the shelf
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(me: string) {
    this.#shelf = new Shelf(`positions/${me}`);
  }

  /** Takes what an earlier page of these projects left. */
  load(projects: readonly string[]): void {
    for (const project of projects) {
      const track = this.#shelf.get(project);
      if (!track) continue;
      this.#kept.add(project);
      this.#change(project, [...track, ...this.of(project)]);
    }
  }

  projects(): string[] {
    return [...this.#tracks.keys()];
  }

  /** Oldest first. */
  of(project: string): readonly Position[] {
    return this.#tracks.get(project) ?? [];
  }

  add(project: string, position: Position): void {
    const track = [...this.of(project), position];
    this.#change(project, track.length > MOST ? thinned(track) : track);
  }

  remove(project: string, gone: readonly Position[]): void {
    const these = new Set(gone);
    this.#change(project, this.of(project).filter((position) => !these.has(position)));
  }

  /** Writes down what isn't yet. */
  keep(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const project of this.#kept) if (this.of(project).length === 0) this.#forget(project);
    for (const [project, track] of this.#tracks) this.#write(project, track);
  }

  #change(project: string, track: readonly Position[]): void {
    if (track.length > 0) this.#tracks.set(project, track);
    else this.#tracks.delete(project);
    this.size.set([...this.#tracks.values()].reduce((sum, { length }) => sum + length, 0));
    this.#timer ??= setTimeout(() => this.keep(), WRITE_MS);
  }

  #write(project: string, track: readonly Position[]): void {
    try {
      this.#shelf.set(project, track);
      this.#kept.add(project);
    } catch {
      this.#forget(project); // no room in this browser: they last as long as the page
    }
  }

  #forget(project: string): void {
    this.#shelf.delete(project);
    this.#kept.delete(project);
  }
}
