/** Everyone and everything that moves in a project: who there is, where they are, whether they are connected. */

import type { Position, Presence, Source } from "../contract/types";
import { now } from "../live/clock";
import type { Heard, Part } from "../live/feed";
import { LOADING, loading, type Loading } from "../live/loading";
import { Store } from "../live/store";
import * as api from "./api";
import { Positions } from "./positions";
import { mergePresences, type Presences } from "./presence";
import { TRAIL_MS } from "./trails";

const SOURCES_MS = 5000; // a source nobody knows yet is asked about no more often than this
const TRAILS_AT_ONCE = 4;
const TRAILS_MOST = 60; // beyond it a trail is fetched when its source is selected

export class Fleet implements Part {
  readonly positions = new Positions();
  readonly sources = new Store<readonly Source[]>([]);
  readonly sourcesLoading = new Store<Loading>(LOADING);
  readonly presences = new Store<Presences>({});
  readonly #trails = new Set<string>();
  #known = new Set<string>();
  #sourcesAsked = 0;
  #sourcesTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly project: string) {}

  readonly hears = {
    position: (heard: readonly Heard[]) => {
      for (const { source, payload } of heard) {
        if (payload === null) this.positions.remove(source);
        else for (const position of [payload].flat() as Position[]) this.positions.add(source, position);
        this.meet(source);
      }
    },
    presence: (heard: readonly Heard[]) => {
      const said = heard.map(({ source, payload }) => [source, payload as Presence | null] as const);
      this.presences.update((known) => mergePresences(known, said));
    },
    chat: (heard: readonly Heard[]) => heard.forEach(({ source }) => this.meet(source)),
  };

  open(): void {
    void this.loadSources();
  }

  close(): void {
    clearTimeout(this.#sourcesTimer);
  }

  joined(snapshot: readonly Heard[]): void {
    const placed = new Set(snapshot.filter(({ kind }) => kind === "position").map(({ source }) => source));
    const gone = [...this.positions.fixes.keys()].filter((source) => !placed.has(source)); // while the line was down
    for (const source of gone) this.positions.remove(source);
    this.#trails.clear(); // what was driven while the line was down is missing
    void this.#loadTrails();
  }

  async loadSources(): Promise<void> {
    this.#sourcesAsked = Date.now();
    await loading(this.sourcesLoading, async () => {
      const sources = await api.sources(this.project);
      this.#known = new Set(sources.map(({ slug }) => slug));
      this.sources.set(sources);
    });
  }

  /** The last minutes of a source, once. */
  async loadTrail(source: string): Promise<void> {
    if (this.#trails.has(source)) return;
    this.#trails.add(source);
    try {
      this.positions.addTrail(source, await api.trail(this.project, source, now() - TRAIL_MS));
    } catch {
      this.#trails.delete(source); // the live trail goes on without it
    }
  }

  /** Somebody new spoke: the list of sources has grown. */
  meet(source: string): void {
    if (this.#sourcesTimer !== undefined || this.#known.has(source) || !this.sourcesLoading.get().done) return;
    this.#sourcesTimer = setTimeout(
      () => {
        this.#sourcesTimer = undefined;
        void this.loadSources();
      },
      Math.max(0, this.#sourcesAsked + SOURCES_MS - Date.now()),
    );
  }

  async #loadTrails(): Promise<void> {
    const waiting = [...this.positions.fixes.keys()].slice(0, TRAILS_MOST);
    const next = async (): Promise<void> => {
      for (let slug = waiting.shift(); slug !== undefined; slug = waiting.shift()) await this.loadTrail(slug);
    };
    await Promise.all(Array.from({ length: TRAILS_AT_ONCE }, next));
  }
}
