import { expect, test } from "vitest";
import { told, unheard, type Message } from "./chat";
import { withPending } from "./pending";
import type { ChatPayload } from "../contract/types";
import type { Entry, EntryKind, Fate } from "../live/outbox";

const said: ChatPayload = { id: "m", at: "2026-08-23T23:00:00Z", body: "first" };
const edit: ChatPayload = { id: "m", at: "2026-08-23T23:01:00Z", edit: "second" };
const taken: ChatPayload = { id: "m", at: "2026-08-23T23:02:00Z", delete: true };
const known: Message = { ...told(unheard("anouk", "m"), said), delivery: "stored" };
const another: Message = told(unheard("dana", "n"), { ...said, id: "n", at: "2026-08-24T00:00:00Z" });

function entry(kind: EntryKind, payload: ChatPayload, fate: Fate, id = `${kind}-1`): Entry {
  return { id, kind, project: "lowlands", at: 0, payload, fate, error: fate === "failed" ? "viewers can't" : null };
}

test.each<[string, Message[], Entry[], Partial<Message>]>([
  ["a new one that waits", [], [entry("chat", said, "waiting")], { body: "first", delivery: "sending", entry: "chat-1" }],
  ["one that the broker has", [], [entry("chat", said, "sent")], { delivery: "sent", error: null }],
  ["one that was refused", [], [entry("chat", said, "failed")], { delivery: "failed", error: "viewers can't" }],
  ["one that was heard already", [known], [entry("chat", said, "sent")], { delivery: "stored", entry: null }],
  ["one heard, then not stored", [{ ...known, delivery: "sent" }], [entry("chat", said, "failed")], { delivery: "failed" }],
  ["an edit", [known], [entry("revision", edit, "waiting")], { body: "second", delivery: "sending", entry: "revision-1" }],
  ["an edit refused: rolled back", [known], [entry("revision", edit, "failed")], { body: "first", error: "not changed: viewers can't" }],
  ["taken back", [known], [entry("revision", taken, "sent")], { deletedAt: Date.parse("2026-08-23T23:02:00Z") }],
  ["taking back refused: it is there", [known], [entry("revision", taken, "failed")], { deletedAt: null, delivery: "failed" }],
  ["written and edited offline", [], [entry("chat", said, "waiting"), entry("revision", edit, "waiting")], { body: "second" }],
])("%s", (_, messages, entries, expected) => {
  expect(withPending(messages, "anouk", entries)).toMatchObject([expected]);
});

test("what nobody has heard comes last, whenever it was written", () => {
  const lines = withPending([another], "anouk", [entry("chat", said, "waiting")]);
  expect(lines.map(({ id }) => id)).toEqual(["n", "m"]);
});

test("an edit of what isn't here shows nothing, and without entries nothing changes", () => {
  expect(withPending([another], "anouk", [entry("revision", edit, "waiting")])).toEqual([another]);
  const messages = [another];
  expect(withPending(messages, "anouk", [])).toBe(messages);
});
