/** The chat of a project: what was heard and what is stored, with one's own messages still on their way. */

import type { ChatMessage, ChatPayload } from "../contract/types";
import { now } from "../live/clock";
import type { Heard, Part } from "../live/feed";
import type { Entry, Outbox } from "../live/outbox";
import type { Realtime } from "../live/realtime";
import { Store } from "../live/store";
import { instant } from "../design/times";
import { uuid } from "../live/uuid";
import { deliver, hear, keyOf, NO_CHAT, say, sayAgain, type Chat } from "./chat";
import { ChatHistory } from "./chatHistory";

export class Conversation implements Part {
  readonly chat = new Store<Chat>(NO_CHAT);
  readonly history: ChatHistory;
  readonly #stops: (() => void)[] = [];

  constructor(
    readonly project: string,
    readonly me: string,
    readonly outbox: Outbox,
    readonly realtime: Realtime,
  ) {
    this.history = new ChatHistory(project, this.chat);
  }

  readonly hears = {
    chat: (heard: readonly Heard[]) => {
      this.chat.update((chat) =>
        heard.reduce((all, { source, payload }) => hear(all, source, payload as ChatPayload), chat),
      );
    },
  };

  open(): void {
    this.#stops.push(
      this.outbox.entries.subscribe(this.#follow),
      this.outbox.onSettled(({ kind, id }) => {
        if (kind === "chat") this.chat.update((chat) => deliver(chat, this.me, id, "stored"));
      }),
    );
    this.#follow();
    void this.history.load();
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  joined(): void {
    void this.history.catchUp();
  }

  /** Throws OutboxFull. */
  send(body: string): void {
    const id = uuid();
    const message: ChatMessage = { id, at: new Date(now()).toISOString(), body };
    this.outbox.add("chat", this.project, message, id);
  }

  /** One's own messages are in the chat from the moment they are written. */
  readonly #follow = (): void => {
    const mine = this.outbox.entries.get().filter(({ kind, project }) => kind === "chat" && project === this.project);
    this.chat.update((chat) => mine.reduce((all, entry) => shown(all, this.me, entry), chat));
  };
}

const DELIVERIES = { waiting: "sending", sent: "sent", failed: "failed" } as const;

function shown(chat: Chat, me: string, { id, payload, fate, error }: Entry): Chat {
  const { body, at } = payload as ChatMessage;
  const message = chat.messages.get(keyOf(me, id));
  const again = message?.delivery === "failed" && fate === "waiting";
  const known = !message ? say(chat, me, id, body, instant(at)) : again ? sayAgain(chat, me, id) : chat;
  return deliver(known, me, id, DELIVERIES[fate], error);
}
