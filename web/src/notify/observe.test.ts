import { expect, test } from "vitest";
import { hear, NO_CHAT, type Chat } from "../chat/chat";
import type { ChatPayload, Source, Status } from "../contract/types";
import { mergeItems, NO_ITEMS, type Items } from "../equipment/items";
import { fixOf, type Fix } from "../movers/positions";
import type { Presences } from "../movers/presence";
import { missing, ofChat, ofItems, ofSources } from "./observe";

const heard = (chat: Chat, author: string, payload: Partial<ChatPayload> & { id: string }) =>
  hear(chat, [{ author, payload: { at: 60, ...payload } as ChatPayload }]);
const mine = heard(NO_CHAT, "anouk", { id: "mine", body: "who has RF-11?" });

test.each<[string, string, Partial<ChatPayload>, string[]]>([
  ["a mention", "dana", { body: "@anouk please" }, ["mention dana/m"]],
  ["an answer", "dana", { body: "I do", reply_to: "mine" }, ["reply dana/m"]],
  ["an answer that mentions me", "dana", { body: "@anouk I do", reply_to: "mine" }, ["mention dana/m"]],
  ["an answer to somebody else", "dana", { body: "no", reply_to: "theirs" }, []],
  ["small talk", "dana", { body: "hm" }, []],
  ["my own words", "anouk", { body: "I am @anouk" }, []],
  ["an edit of what isn't here yet", "dana", { edit: "@anouk" }, []],
])("of the chat: %s", (_, author, payload, expected) => {
  const after = heard(mine, author, { id: "m", ...payload });
  expect(ofChat("anouk", mine, after).map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(expected);
  expect(ofChat("anouk", after, after)).toEqual([]);
});

test("of the chat: an edit that mentions me, and a message taken back", () => {
  const said = heard(mine, "dana", { id: "m", body: "hm" });
  const edited = heard(said, "dana", { id: "m", edit: "@anouk hm" });
  expect(ofChat("anouk", said, edited)).toMatchObject([{ kind: "mention", words: "@anouk hm", over: false }]);
  const taken = heard(edited, "dana", { id: "m", at: 90, delete: true });
  expect(ofChat("anouk", edited, taken)).toMatchObject([
    { kind: "mention", at: 90_000, words: "", over: true },
    { kind: "reply", over: true },
  ]);
});

test("of the chat: an answer that came before what it answers", () => {
  const answered = heard(NO_CHAT, "dana", { id: "m", body: "I do", reply_to: "mine" });
  expect(ofChat("anouk", NO_CHAT, answered)).toEqual([]);
  const found = heard(answered, "anouk", { id: "mine", body: "who has RF-11?" });
  expect(ofChat("anouk", answered, found)).toMatchObject([{ kind: "reply", subject: "dana/m", over: false }]);
});

test.each<[string, string, Partial<ChatPayload>, string[]]>([
  ["an answer to what isn't here", "dana", { body: "I do", reply_to: "old" }, ["old"]],
  ["an answer to what is here", "dana", { body: "I do", reply_to: "mine" }, []],
  ["one of long ago", "dana", { at: 10, body: "I do", reply_to: "old" }, []],
  ["one that mentions me anyway", "dana", { body: "@anouk I do", reply_to: "old" }, []],
  ["my own", "anouk", { body: "I do", reply_to: "old" }, []],
  ["no answer", "dana", { body: "hm" }, []],
])("to be fetched for %s", (_, author, payload, expected) => {
  const after = heard(mine, author, { id: "m", ...payload });
  expect(missing("anouk", mine, after, 30_000)).toEqual(expected);
  expect(missing("anouk", after, after, 30_000)).toEqual([]);
});

const item = (items: Items, status: Status, by = "dana", at = 60) =>
  mergeItems(items, [{ code: "foh-07", name: "FOH rack", status, by, at }]);
const available = item(NO_ITEMS, "available", "dana", 30);
const damaged = item(NO_ITEMS, "damaged", "dana", 30);

test.each<[string, Items, Items, string[]]>([
  ["broken", available, item(available, "damaged"), ["damaged", "-maintenance"]],
  ["broken before I came", NO_ITEMS, damaged, ["damaged", "-maintenance"]],
  ["put into maintenance", damaged, item(damaged, "maintenance"), ["-damaged", "maintenance"]],
  ["broken by me", available, item(available, "damaged", "anouk"), ["-maintenance"]],
  ["good again, by me", damaged, item(damaged, "available", "anouk"), ["-damaged", "-maintenance"]],
  ["only moved", damaged, item(damaged, "damaged", "gate-1"), []],
])("of an item that is %s", (_, before, after, expected) => {
  const observed = ofItems("anouk", before, after);
  expect(observed.map(({ kind, over }) => `${over ? "-" : ""}${kind}`)).toEqual(expected);
});

const NOW = 10 * 3_600_000;
const fixed = (secondsAgo: number) => fixOf({ at: NOW / 1000 - secondsAgo, lat: 52, lon: 5 }) as Fix;
const online = (is: boolean, secondsAgo = 0): Presences => ({ it: { online: is, at: NOW - secondsAgo * 1000 } });

test.each<[string, Source["kind"], Fix | null, Presences, string | null]>([
  ["never heard", "truck", null, {}, null],
  ["driving", "truck", fixed(2), {}, "heard 2"],
  ["late", "truck", fixed(200), {}, "heard 200"],
  ["not heard for long", "truck", fixed(400), {}, "silent 400"],
  ["not heard for long, its connection up", "truck", fixed(400), online(true), "silent 400"],
  ["gone", "tracker", fixed(90), online(false), "silent 90"],
  ["just gone", "van", fixed(5), online(false), "heard 5"],
  ["a scanner at work", "scanner", null, online(true, 30), "heard 30"],
  ["a scanner that was gone for a moment", "scanner", null, online(false, 30), null],
  ["a scanner that is gone", "scanner", null, online(false, 90), "silent 90"],
  ["somebody's phone", "phone", fixed(4000), {}, null],
  ["somebody", "person", fixed(4000), online(false), null],
])("of a source that is %s (%s)", (_, kind, fix, presences, expected) => {
  const fixes = new Map(fix ? [["it", fix]] : []);
  const observed = ofSources([{ slug: "it", kind, name: "It", owner: null }], fixes, presences, NOW);
  const words = observed.map(({ at, over }) => `${over ? "heard" : "silent"} ${(NOW - at) / 1000}`);
  expect(words).toEqual(expected === null ? [] : [expected]);
});
