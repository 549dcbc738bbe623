/** Fixes that were shared and haven't left this phone yet, each kept until it has. */

import type { Position } from "../contract/types";
import { instant } from "../design/times";
import type { Disk } from "../live/disk";
import { Drawer } from "../live/drawer";
import { Shelf } from "../live/shelf";
import { Store } from "../live/store";
import { thinned } from "./track";

export const MOST = 2000; // of one project; then every second one goes

interface Kept {
  readonly project: string;
  readonly position: Position;
}

export class Backlog {
  readonly size = new Store(0);
  readonly unkept = new Store<string | null>(null); // why the newest isn't kept beyond the page
  readonly #drawer: Drawer<Kept>;
  readonly #tracks = new Map<string, readonly Position[]>();

  constructor(
    readonly me: string,
    disk?: () => Promise<Disk>,
  ) {
    this.#drawer = new Drawer({ name: `positions/${me}`, keyOf, durability: "relaxed" }, disk);
  }

  /** Takes what an earlier page of these projects left. */
  async load(projects: readonly string[]): Promise<void> {
    const shelf = new Shelf<readonly Position[]>(`positions/${this.me}`);
    await this.#drawer.takeOver(shelf, shelf.keys(), (track, project) => track.map((position) => ({ project, position })));
    const kept = await this.#drawer.all().catch(() => []); // it can't be read: it is there for the next page
    for (const project of projects) {
      const left = kept.filter((each) => each.project === project).map(({ position }) => position);
      const track = [...left, ...this.of(project)];
      const byTime = new Map(track.map((position) => [position.at, position]));
      this.#set(project, [...byTime.values()].sort((a, b) => instant(a.at) - instant(b.at)));
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
    this.#set(project, [...this.of(project), position]);
    this.#drawer.put([{ project, position }]).then(
      () => this.unkept.set(null),
      (refusal: Error) => this.unkept.set(refusal.message),
    );
    if (this.of(project).length > MOST) this.#thin(project);
  }

  remove(project: string, gone: readonly Position[]): void {
    const these = new Set(gone);
    this.#set(project, this.of(project).filter((position) => !these.has(position)));
    const keys = gone.map((position) => keyOf({ project, position }));
    this.#drawer.delete(keys).catch(() => {}); // sent once more by the next page, they are the same fixes
  }

  #thin(project: string): void {
    const track = this.of(project);
    const left = new Set(thinned(track));
    this.remove(project, track.filter((position) => !left.has(position)));
  }

  #set(project: string, track: readonly Position[]): void {
    if (track.length > 0) this.#tracks.set(project, track);
    else this.#tracks.delete(project);
    this.size.set([...this.#tracks.values()].reduce((sum, { length }) => sum + length, 0));
  }
}

function keyOf({ project, position }: Kept): string {
  return `${project}/${position.at}`;
}
