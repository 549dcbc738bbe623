/** One's own messages on their way: sending until the broker has them, sent until they are stored. */

import { deliver, keyOf, say, sayAgain, type Chat } from "../chat/chat";
import { now } from "./clock";
import type { ChatMessage, Receipt } from "../contract/messages";
import { Refused, type Realtime } from "./realtime";
import type { Store } from "./store";
import { buildTopic } from "../contract/topics";
import { uuid } from "./uuid";

const STORED = ["stored", "duplicate"];

export class Outbox {
  readonly #waiting = new Map<string, ChatMessage>(); // until stored: sent again after a reconnect

  constructor(
    readonly project: string,
    readonly me: string,
    readonly chat: Store<Chat>,
    readonly realtime: Realtime,
  ) {}

  send(body: string): void {
    const at = now();
    const message = { id: uuid(), at: new Date(at).toISOString(), body };
    this.chat.update((chat) => say(chat, this.me, message.id, body, at));
    this.#waiting.set(message.id, message);
    void this.#publish(message);
  }

  retry(id: string): void {
    const message = this.#waiting.get(id);
    if (!message) return;
    this.chat.update((chat) => sayAgain(chat, this.me, id));
    void this.#publish(message);
  }

  /** After a reconnect: whatever isn't known to be stored, once more; the id makes it the same message. */
  resend(): void {
    for (const [id, message] of this.#waiting) {
      const delivery = this.chat.get().messages.get(keyOf(this.me, id))?.delivery;
      if (delivery === "stored") this.#waiting.delete(id);
      else if (delivery !== "failed") void this.#publish(message);
    }
  }

  receipt({ ids }: Receipt): void {
    for (const [id, word] of Object.entries(ids ?? {})) {
      if (STORED.includes(word)) this.#deliver(id, "stored");
      else if (this.#waiting.has(id)) this.#deliver(id, "failed", `not stored: ${word.replaceAll("_", " ")}`);
    }
  }

  async #publish(message: ChatMessage): Promise<void> {
    try {
      await this.realtime.publish(buildTopic(this.project, "chat", this.me), message);
      this.#deliver(message.id, "sent");
    } catch (error) {
      if (error instanceof Refused) this.#deliver(message.id, "failed", error.message);
    }
  }

  #deliver(id: string, delivery: "sent" | "stored" | "failed", error: string | null = null): void {
    if (delivery === "stored") this.#waiting.delete(id);
    this.chat.update((chat) => deliver(chat, this.me, id, delivery, error));
  }
}
