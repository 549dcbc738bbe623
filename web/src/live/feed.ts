/** One open project: everything heard and fetched about it, in stores. Topics' kinds lead to them by a table. */

import * as api from "./api";
import { hear, NO_CHAT, type Chat } from "../chat/chat";
import { ChatHistory } from "../chat/chatHistory";
import { now } from "./clock";
import { clearItem, mergeItems, NO_ITEMS, replaceItems, type Items } from "../equipment/items";
import type { ChatPayload, Envelope, ItemStatus, Position, Presence, Receipt, Source } from "../contract/messages";
import { LOADING, loading, type Loading } from "./loading";
import { Outbox } from "./outbox";
import { Positions } from "../movers/positions";
import { mergePresence, type Presences } from "../movers/presence";
import type { Realtime } from "./realtime";
import { Store } from "./store";
import { parseTopic, type Kind, type Topic } from "../contract/topics";
import { TRAIL_MS } from "../movers/trails";

const SOURCES_MS = 5000; // a source nobody knows yet is asked about no more often than this
const TRAILS_AT_ONCE = 4;
const TRAILS_MOST = 60; // beyond it a trail is fetched when its source is selected

export class Feed {
  readonly positions = new Positions();
  readonly sources = new Store<readonly Source[]>([]);
  readonly sourcesLoading = new Store<Loading>(LOADING);
  readonly items = new Store<Items>(NO_ITEMS);
  readonly itemsLoading = new Store<Loading>(LOADING);
  readonly chat = new Store<Chat>(NO_CHAT);
  readonly presences = new Store<Presences>({});
  readonly history: ChatHistory;
  readonly outbox: Outbox;
  readonly #stops: (() => void)[] = [];
  readonly #trails = new Set<string>();
  readonly #heardItems = new Set<string>(); // since the list was last asked for
  #sourcesAsked = 0;
  #sourcesTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly project: string,
    readonly me: string,
    readonly realtime: Realtime,
  ) {
    this.history = new ChatHistory(project, this.chat);
    this.outbox = new Outbox(project, me, this.chat, realtime);
  }

  open(): void {
    this.#stops.push(this.realtime.onEnvelope(this.#receive), this.realtime.onJoined(this.#joined));
    this.realtime.join(this.project);
    void this.loadSources();
    void this.loadItems();
    void this.history.load();
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    clearTimeout(this.#sourcesTimer);
    this.realtime.leave(this.project);
  }

  async loadSources(): Promise<void> {
    this.#sourcesAsked = Date.now();
    await loading(this.sourcesLoading, async () => this.sources.set(await api.sources(this.project)));
  }

  async loadItems(): Promise<void> {
    await loading(this.itemsLoading, async () => {
      this.#heardItems.clear();
      const rows = await api.items(this.project);
      this.items.update((items) => replaceItems(items, rows, this.#heardItems));
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

  async #loadTrails(): Promise<void> {
    const waiting = [...this.positions.fixes.keys()].slice(0, TRAILS_MOST);
    const next = async (): Promise<void> => {
      for (let slug = waiting.shift(); slug !== undefined; slug = waiting.shift()) await this.loadTrail(slug);
    };
    await Promise.all(Array.from({ length: TRAILS_AT_ONCE }, next));
  }

  readonly #joined = (project: string): void => {
    if (project !== this.project) return;
    if (this.itemsLoading.get().done) void this.loadItems(); // some may have left the project meanwhile
    void this.history.catchUp();
    this.#trails.clear(); // what was driven while the line was down is missing
    void this.#loadTrails();
    this.outbox.resend();
  };

  readonly #receive = ({ topic, payload }: Envelope): void => {
    const about = parsed(topic);
    if (about) this.#handlers[about.kind]?.(about, payload);
  };

  /** What each kind of message changes. Kinds that aren't here aren't shown. */
  readonly #handlers: Partial<Record<Kind, (topic: Topic, payload: unknown) => void>> = {
    position: ({ project, source }, payload) => {
      if (project !== this.project) return;
      for (const position of [payload].flat() as Position[]) this.positions.add(source, position);
      this.#meet(source);
    },
    presence: ({ project, source }, payload) => {
      if (project !== this.project) return;
      this.presences.update((known) => mergePresence(known, source, payload as Presence | null));
    },
    equipment: ({ project, source }, payload) => {
      this.#heardItems.add(source);
      this.items.update((items) =>
        payload === null ? clearItem(items, project, source) : mergeItems(items, [payload as ItemStatus]),
      );
    },
    chat: ({ project, source }, payload) => {
      if (project !== this.project) return;
      this.chat.update((chat) => hear(chat, source, payload as ChatPayload));
      this.#meet(source);
    },
    receipt: ({ source }, payload) => {
      if (source === this.me) this.outbox.receipt(payload as Receipt);
    },
  };

  /** Somebody new spoke: the list of sources has grown. */
  #meet(source: string): void {
    if (this.#sourcesTimer !== undefined || this.sources.get().some(({ slug }) => slug === source)) return;
    if (!this.sourcesLoading.get().done) return;
    this.#sourcesTimer = setTimeout(
      () => {
        this.#sourcesTimer = undefined;
        void this.loadSources();
      },
      Math.max(0, this.#sourcesAsked + SOURCES_MS - Date.now()),
    );
  }
}

function parsed(topic: string): Topic | null {
  try {
    return parseTopic(topic);
  } catch {
    return null;
  }
}
