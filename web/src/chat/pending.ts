/** One's own messages, edits and deletions on their way, laid over what is known: shown at once, gone again if refused. */

import type { ChatPayload } from "../contract/types";
import type { Entry } from "../live/outbox";
import { keyOf, told, unheard, type Delivery, type Message } from "./chat";

const DELIVERIES = { waiting: "sending", sent: "sent", failed: "failed" } as const;

/** What is known, oldest first, then what nobody has heard yet. */
export function withPending(known: readonly Message[], me: string, entries: readonly Entry[]): readonly Message[] {
  if (entries.length === 0) return known;
  const messages = new Map(known.map((message) => [keyOf(message), message]));
  for (const entry of entries) {
    const payload = entry.payload as ChatPayload;
    const key = keyOf({ author: me, id: payload.id });
    const message = messages.get(key);
    if (entry.kind === "chat") messages.set(key, message ? confirmed(message, entry) : written(me, payload, entry));
    else if (message) messages.set(key, revised(message, payload, entry));
  }
  return [...messages.values()];
}

/** Written, and heard by nobody. */
function written(me: string, payload: ChatPayload, { id, fate, error }: Entry): Message {
  return { ...told(unheard(me, payload.id), payload), delivery: DELIVERIES[fate], entry: id, error };
}

/** Heard already; only that it wasn't stored is news. */
function confirmed(message: Message, { id, fate, error }: Entry): Message {
  if (fate !== "failed" || message.delivery === "stored") return message;
  return { ...message, delivery: "failed", entry: id, error };
}

function revised(message: Message, payload: ChatPayload, { id, fate, error }: Entry): Message {
  const delivery: Delivery = DELIVERIES[fate];
  if (fate === "failed") return { ...message, delivery, entry: id, error: `not changed: ${error ?? "refused"}` };
  return { ...told(message, payload), delivery, entry: id, error: null };
}
