import { describe, expect, test } from "vitest";
import { caughtUp, hear, inOrder, keyOf, mergeRows, messageOf, NO_CHAT, settle, type Chat } from "./chat";
import type { ChatPayload, ChatRow } from "../contract/types";

const said: ChatPayload = { id: "m", at: "2026-08-23T23:00:00Z", body: "first" };
const edit: ChatPayload = { id: "m", at: "2026-08-23T23:01:00Z", edit: "second" };
const lateEdit: ChatPayload = { id: "m", at: "2026-08-23T23:02:00Z", edit: "third" };
const taken: ChatPayload = { id: "m", at: "2026-08-23T23:03:00Z", delete: true };

const row: ChatRow = {
  number: 7,
  revision: 9,
  id: "m",
  author: "anouk",
  at: said.at,
  body: "third",
  reply_to: null,
  pin: null,
  edited_at: lateEdit.at,
  deleted_at: null,
};

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((one, place) => permutations(list.toSpliced(place, 1)).map((others) => [one, ...others]));
}

/** Heard one by one. */
function all(payloads: readonly ChatPayload[], chat: Chat = NO_CHAT): Chat {
  return payloads.reduce((heard, payload) => hear(heard, [{ author: "anouk", payload }]), chat);
}

function only(chat: Chat) {
  const [message, ...others] = inOrder(chat);
  expect(others).toEqual([]);
  return message;
}

describe("in whatever order", () => {
  test.each(permutations([said, edit, lateEdit]))("the newest edit wins (%#)", (...payloads) => {
    expect(only(all(payloads))).toMatchObject({ body: "third", at: Date.parse("2026-08-23T23:00:00Z") });
    expect(hear(NO_CHAT, payloads.map((payload) => ({ author: "anouk", payload })))).toEqual(all(payloads)); // or at once
  });

  test.each(permutations([said, edit, taken]))("a deletion is final (%#)", (...payloads) => {
    expect(only(all(payloads))?.deletedAt).toBe(Date.parse("2026-08-23T23:03:00Z"));
  });

  test.each(permutations([said, edit, lateEdit]))("the stored row agrees, before and after (%#)", (...payloads) => {
    expect(only(mergeRows(all(payloads), [row]))?.body).toBe("third");
    expect(only(all(payloads, mergeRows(NO_CHAT, [row])))?.body).toBe("third");
  });
});

test("an edit alone is no message yet", () => {
  expect(inOrder(all([edit]))).toEqual([]);
  expect(messageOf(all([edit]), "m")).toBeUndefined();
});

test("the same message twice is one, and another author's id is another message", () => {
  expect(only(all([said, said]))?.body).toBe("first");
  expect(inOrder(hear(all([said]), [{ author: "joris", payload: said }]))).toHaveLength(2);
});

test("messages stand in the order of their time", () => {
  const early: ChatPayload = { id: "a", at: 1_700_000_000, body: "early" };
  const late: ChatPayload = { id: "b", at: 1_700_000_001.5, body: "late" };
  expect(inOrder(all([late, early])).map(({ body }) => body)).toEqual(["early", "late"]);
});

test("what it answers, points at and whom it mentions comes with it, and an edit mentions anew", () => {
  const full: ChatPayload = { ...said, body: "@dana here", reply_to: "q", pin: { source: "truck-04" } };
  expect(only(all([full]))).toMatchObject({ replyTo: "q", pin: { source: "truck-04" }, mentions: ["dana"] });
  expect(only(all([full, { ...edit, edit: "@joris here" }]))).toMatchObject({ replyTo: "q", mentions: ["joris"] });
});

test("only what was asked for by revision raises it", () => {
  const rows = [7, 9, 8].map((revision) => ({ ...row, revision, id: `m${revision}` }));
  expect(caughtUp(NO_CHAT, rows).revision).toBe(9);
  expect(caughtUp(caughtUp(NO_CHAT, rows), [{ ...row, revision: 3 }]).revision).toBe(9);
  expect(mergeRows(NO_CHAT, rows).revision).toBe(0);
});

test("what lies before the oldest page isn't shown, but known", () => {
  const chat = { ...mergeRows(NO_CHAT, [row, { ...row, id: "old", at: "2026-08-01T00:00:00Z" }]), from: Date.parse(String(row.at)) };
  expect(only(chat)?.id).toBe("m");
  expect(messageOf(chat, "old")?.author).toBe("anouk");
});

test("a row taken back has no body", () => {
  const gone = only(mergeRows(NO_CHAT, [{ ...row, body: null, edited_at: null, deleted_at: taken.at }]));
  expect(gone).toMatchObject({ body: "", deletedAt: Date.parse("2026-08-23T23:03:00Z") });
});

test("what is heard was sent; a receipt or a row says that it is stored", () => {
  const heard = all([said]);
  expect(only(heard)?.delivery).toBe("sent");
  expect(only(mergeRows(heard, [row]))?.delivery).toBe("stored");
  expect(only(settle(heard, "anouk", ["m", "unknown"]))?.delivery).toBe("stored");
  expect(only(all([said], settle(heard, "anouk", ["m"])))?.delivery).toBe("stored");
  expect(settle(heard, "joris", ["m"])).toBe(heard);
  expect(keyOf({ author: "anouk", id: "m" })).toBe("anouk/m");
});
