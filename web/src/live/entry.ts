/** What waits in the outbox, and how each kind of it leaves. */

export type EntryKind = "chat" | "revision" | "scan" | "status";

/** `waiting` for the line, `sent` and on its way to be stored, `failed` when it was refused and somebody must decide. */
export type Fate = "waiting" | "sent" | "failed";

export interface Entry {
  readonly id: string;
  readonly kind: EntryKind;
  readonly project: string;
  readonly at: number; // ms since 1970
  readonly payload: unknown;
  readonly fate: Fate;
  readonly error: string | null; // why it has failed, or still waits
}

/** What became of an entry, with the server's answer if there was one. */
export interface Settlement {
  readonly outcome: string;
  readonly answer?: unknown;
}

/** How one kind of entry leaves; null when a receipt is going to say what became of it. */
export interface Way {
  send: (entry: Entry) => Promise<Settlement | null>;
  inOrder: boolean; // whether one that can't leave now holds back those behind it
  receipt: boolean; // whether the answer is a receipt, which is only heard in a project that was joined
  refuses: (outcome: string) => boolean; // whether somebody has to do something about such an outcome
}

export type Ways = Record<EntryKind, Way>;
