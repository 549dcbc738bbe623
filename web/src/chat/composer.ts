/** What one is writing: it outlives the panel, so that a look at the equipment costs no words. */

import type { Pin } from "../contract/types";
import { OutboxFull } from "../live/outbox";
import { Store } from "../live/store";
import type { Message } from "./chat";

export interface Draft {
  readonly text: string;
  readonly about: { readonly how: "reply" | "edit"; readonly message: Message } | null;
  readonly pin: Pin | null;
  readonly error: string | null;
}

interface Sender {
  send(body: string, replyTo: string | null, pin: Pin | null): void;
  edit(message: Message, body: string): void;
}

const EMPTY: Draft = { text: "", about: null, pin: null, error: null };

export class Composer {
  readonly draft = new Store<Draft>(EMPTY);
  #aside: Draft = EMPTY; // what one was writing before one began to edit

  constructor(readonly sender: Sender) {}

  write(text: string): void {
    this.#change({ text, error: null });
  }

  attach(pin: Pin | null): void {
    this.#change({ pin });
  }

  reply(message: Message): void {
    this.#endEditing();
    this.#change({ about: { how: "reply", message } });
  }

  edit(message: Message): void {
    this.#endEditing();
    this.#aside = this.draft.get();
    this.draft.set({ ...EMPTY, text: message.body, about: { how: "edit", message } });
  }

  /** Ends an edit, or lets the message replied to or what is pinned be; the words stay. */
  cancel(): void {
    if (this.#isEditing()) this.#endEditing();
    else this.#change({ about: null, pin: null });
  }

  /** Whether it has left. Without words the pin's own are sent. */
  submit(pinWords: string): boolean {
    const { text, about, pin } = this.draft.get();
    const body = text.trim() || pinWords;
    if (body === "") return false;
    try {
      if (about?.how === "edit") this.#edited(about.message, body);
      else this.sender.send(body, about?.message.id ?? null, pin);
    } catch (error) {
      if (!(error instanceof OutboxFull)) throw error;
      this.#change({ error: error.message });
      return false;
    }
    this.draft.set(about?.how === "edit" ? this.#aside : EMPTY);
    this.#aside = EMPTY;
    return true;
  }

  #edited(message: Message, body: string): void {
    if (body !== message.body) this.sender.edit(message, body);
  }

  #isEditing(): boolean {
    return this.draft.get().about?.how === "edit";
  }

  #endEditing(): void {
    if (!this.#isEditing()) return;
    this.draft.set(this.#aside);
    this.#aside = EMPTY;
  }

  #change(change: Partial<Draft>): void {
    this.draft.update((draft) => ({ ...draft, ...change }));
  }
}
