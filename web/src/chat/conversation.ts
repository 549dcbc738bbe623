/** The chat of a project: what was heard and what is stored, with one's own messages still on their way. */

import type { ChatDelete, ChatEdit, ChatMessage, ChatPayload, ChatRow, Pin, Read, Receipt } from "../contract/types";
import { now } from "../live/clock";
import type { Heard, Part } from "../live/feed";
import type { Entry, Outbox } from "../live/outbox";
import type { Realtime } from "../live/realtime";
import { Store } from "../live/store";
import { uuid } from "../live/uuid";
import { hear, keyOf, NO_CHAT, settle, type Chat, type Message } from "./chat";
import { ChatHistory } from "./chatHistory";
import { Composer } from "./composer";
import { lastStored } from "./readers";
import { Reading } from "./reading";
import { Typing } from "./typing";
import { heardLive, nowStored, takenBack } from "./unread";

const LATE_MS = 30_000; // after a join, what was said just before it may still be on its way into the database
const LOOK_MS = 2000;

export class Conversation implements Part {
  readonly chat = new Store<Chat>(NO_CHAT);
  readonly history: ChatHistory;
  readonly reading: Reading;
  readonly unread: Reading["unread"];
  readonly typing: Typing;
  readonly composer: Composer;
  readonly #told = new Set<(message: Message) => void>();
  readonly #stops: (() => void)[] = [];
  #joinedAt: number | null = null; // null while the line is down: what comes then is a snapshot, and no news
  #lastHeard: string | null = null; // key of the last message that was news
  #looking: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly project: string,
    readonly me: string,
    readonly outbox: Outbox,
    readonly realtime: Realtime,
  ) {
    this.history = new ChatHistory(project, this.chat, this.#fetched);
    this.reading = new Reading(project, me, realtime);
    this.unread = this.reading.unread;
    this.typing = new Typing(project, me, realtime);
    this.composer = new Composer(this);
  }

  readonly hears = {
    chat: (heard: readonly Heard[]) => {
      const said = heard.map(({ source, payload }) => ({ author: source, payload: payload as ChatPayload }));
      const known = this.chat.get();
      this.chat.update((chat) => hear(chat, said));
      if (this.#joinedAt !== null) for (const { author, payload } of said) this.#news(known, author, payload);
    },
    read: (heard: readonly Heard[]) => {
      for (const { source, payload } of heard) if (payload) this.reading.mark(source, payload as Read);
    },
    typing: (heard: readonly Heard[]) => heard.forEach(({ source }) => this.typing.heard(source)),
    receipt: (heard: readonly Heard[]) => heard.forEach(({ source, payload }) => this.#receipt(source, payload as Receipt)),
  };

  open(): void {
    this.#stops.push(
      this.outbox.onSettled(this.#settled),
      this.realtime.connection.subscribe(() => {
        if (this.realtime.connection.get().phase !== "live") this.#joinedAt = null;
      }),
    );
    void this.history.load();
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    clearTimeout(this.#looking);
    this.reading.close();
    this.typing.close();
  }

  joined(): void {
    this.#joinedAt = Date.now();
    void this.history.catchUp();
    this.reading.joined();
  }

  /** Told of each message of somebody else that comes live. */
  onSaid(listener: (message: Message) => void): () => void {
    this.#told.add(listener);
    return () => void this.#told.delete(listener);
  }

  /** Throws OutboxFull, as do the other two. */
  send(body: string, replyTo: string | null = null, pin: Pin | null = null): void {
    const id = uuid();
    const further = { ...(replyTo && { reply_to: replyTo }), ...(pin && { pin }) };
    const message: ChatMessage = { id, at: this.#at(), body, ...further };
    this.outbox.add("chat", this.project, message, id);
    this.typing.done();
  }

  edit({ id }: Message, body: string): void {
    this.outbox.add("revision", this.project, { id, at: this.#at(), edit: body } satisfies ChatEdit);
    this.typing.done();
  }

  takeBack({ id }: Message): void {
    this.outbox.add("revision", this.project, { id, at: this.#at(), delete: true } satisfies ChatDelete);
  }

  /** Everything there is has been seen. */
  read(): void {
    const mark = this.reading.marks.get().get(this.me);
    this.reading.read(lastStored(this.chat.get(), this.#lastHeard, mark?.id));
  }

  #news(known: Chat, author: string, payload: ChatPayload): void {
    const key = keyOf({ author, id: payload.id });
    const message = this.chat.get().messages.get(key);
    const mentions = message?.mentions.includes(this.me) ?? false;
    if (author !== this.me && "delete" in payload) this.reading.tally((tally) => takenBack(tally, payload.id, mentions));
    if (!message || !("body" in payload) || !Number.isNaN(known.messages.get(key)?.at ?? NaN)) return;
    this.#lastHeard = key;
    this.typing.stopped(author);
    if (author === this.me || message.deletedAt !== null) return;
    this.reading.tally((tally) => heardLive(tally, payload.id, mentions));
    for (const listener of this.#told) listener(message);
  }

  #receipt(source: string, { ids = {} }: Receipt): void {
    const stored = Object.keys(ids).filter((id) => ids[id] === "stored" || ids[id] === "duplicate");
    const { messages } = this.chat.get();
    this.chat.update((chat) => settle(chat, source, stored));
    this.reading.tally((tally) => nowStored(tally, stored));
    if (stored.some((id) => !messages.has(keyOf({ author: source, id })))) this.#look();
  }

  /** Something was stored that nobody here has heard: perhaps it was said just before one joined. */
  #look(): void {
    if (this.#looking !== undefined || this.#joinedAt === null || Date.now() - this.#joinedAt > LATE_MS) return;
    this.#looking = setTimeout(() => {
      this.#looking = undefined;
      void this.history.catchUp().then(() => this.reading.ask());
    }, LOOK_MS);
  }

  readonly #fetched = (rows: readonly ChatRow[]): void => {
    this.reading.tally((tally) => nowStored(tally, rows.map(({ id }) => id)));
    for (const { author, id } of rows) if (author === this.me) this.outbox.settle(id, { outcome: "stored" });
  };

  readonly #settled = ({ kind, id, project, payload }: Entry): void => {
    if (project !== this.project || (kind !== "chat" && kind !== "revision")) return;
    this.chat.update((chat) => {
      const heard = hear(chat, [{ author: this.me, payload: payload as ChatPayload }]);
      return kind === "chat" ? settle(heard, this.me, [id]) : heard;
    });
  };

  #at(): string {
    return new Date(now()).toISOString();
  }
}
