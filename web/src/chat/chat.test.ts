import { describe, expect, test } from "vitest";
import { deliver, hear, inOrder, keyOf, mergeRows, NO_CHAT, say, sayAgain, type Chat, type Delivery } from "./chat";
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

function all(payloads: readonly ChatPayload[], chat: Chat = NO_CHAT): Chat {
  return payloads.reduce((heard, payload) => hear(heard, "anouk", payload), chat);
}

function only(chat: Chat) {
  const [message, ...others] = inOrder(chat);
  expect(others).toEqual([]);
  return message;
}

describe("in whatever order", () => {
  test.each(permutations([said, edit, lateEdit]))("the newest edit wins (%#)", (...payloads) => {
    expect(only(all(payloads))).toMatchObject({ body: "third", at: Date.parse("2026-08-23T23:00:00Z") });
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
});

test("the same message twice is one, and another author's id is another message", () => {
  expect(only(all([said, said]))?.body).toBe("first");
  expect(inOrder(hear(all([said]), "joris", said))).toHaveLength(2);
});

test("messages stand in the order of their time", () => {
  const early: ChatPayload = { id: "a", at: 1_700_000_000, body: "early" };
  const late: ChatPayload = { id: "b", at: 1_700_000_001.5, body: "late" };
  expect(inOrder(all([late, early])).map(({ body }) => body)).toEqual(["early", "late"]);
});

test("the highest number fetched is known, whatever page came last", () => {
  const rows = [7, 9, 8].map((number) => ({ ...row, number, id: `m${number}` }));
  expect(mergeRows(mergeRows(NO_CHAT, rows), [{ ...row, number: 3 }]).newest).toBe(9);
});

test("a row taken back has no body", () => {
  const gone = only(mergeRows(NO_CHAT, [{ ...row, body: null, edited_at: null, deleted_at: taken.at }]));
  expect(gone).toMatchObject({ body: "", deletedAt: Date.parse("2026-08-23T23:03:00Z") });
});

describe("one's own message", () => {
  const sending = say(NO_CHAT, "anouk", "m", "first", 1000);
  const step = (chat: Chat, delivery: Delivery) => deliver(chat, "anouk", "m", delivery, "why");
  const stateOf = (chat: Chat) => chat.messages.get(keyOf("anouk", "m"));

  test.each<[Delivery[], Delivery]>([
    [[], "sending"],
    [["sent"], "sent"],
    [["sent", "stored"], "stored"],
    [["stored", "sent"], "stored"],
    [["failed"], "failed"],
    [["failed", "stored"], "stored"],
    [["stored", "failed"], "stored"],
  ])("after %j it is %s", (deliveries, expected) => {
    expect(stateOf(deliveries.reduce(step, sending))?.delivery).toBe(expected);
  });

  test("is sent once its echo is heard, and stored once fetched", () => {
    expect(only(all([said], sending))?.delivery).toBe("sent");
    expect(only(mergeRows(sending, [row]))?.delivery).toBe("stored");
  });

  test("says why it failed, until tried again", () => {
    const failed = step(sending, "failed");
    expect(stateOf(failed)?.error).toBe("why");
    expect(stateOf(sayAgain(failed, "anouk", "m"))).toMatchObject({ delivery: "sending", error: null });
  });
});
