import { describe, expect, test } from "vitest";
import { fold, merge, MOST, see, type Notice, type NoticeKind, type Notices, type Observed } from "./notice";

const MINUTE = 60_000;

/** `damaged@5`: began in minute 5; `-damaged@9`: over in minute 9. All about the same subject. */
function observed(text: string): Observed {
  const [, over, kind, minute] = /^(-?)([a-z]+)@(\d+)$/.exec(text) ?? [];
  const words = { kind: kind as NoticeKind, subject: "foh-07", by: "anouk", words: "FOH rack" };
  return { ...words, at: Number(minute) * MINUTE, over: over === "-" };
}

/** `damaged@5-9` or `damaged@5` while it goes on, newest first. */
function shown(notices: Notices): string[] {
  return notices.map(({ kind, at, until }) => `${kind}@${at / MINUTE}${until === null ? "" : `-${until / MINUTE}`}`);
}

const after = (texts: readonly string[], horizon = 0) => fold([], texts.map(observed), horizon, 1);

test.each<[string, string[], string[]]>([
  ["begins", ["damaged@5"], ["damaged@5"]],
  ["is heard again", ["damaged@5", "damaged@5"], ["damaged@5"]],
  ["is said again while it goes on", ["damaged@5", "damaged@7"], ["damaged@5"]],
  ["ends", ["damaged@5", "-damaged@9"], ["damaged@5-9"]],
  ["ended before anybody knew", ["-damaged@9"], []],
  ["is heard again after its end", ["damaged@5", "-damaged@9", "damaged@5"], ["damaged@5-9"]],
  ["ends before it begins", ["damaged@5", "-damaged@4"], ["damaged@5"]],
  ["begins anew", ["damaged@5", "-damaged@9", "damaged@10"], ["damaged@10", "damaged@5-9"]],
  ["was silent a moment ago", ["silent@5", "-silent@9", "silent@30"], ["silent@5"]],
  ["was silent long ago", ["silent@5", "-silent@9", "silent@50"], ["silent@50", "silent@5-9"]],
  ["is said in a moment", ["mention@5", "mention@5", "mention@6"], ["mention@5"]],
  ["is taken back", ["mention@5", "-mention@6", "-mention@7"], ["mention@5-6"]],
  ["is of another kind", ["damaged@5", "maintenance@6", "-damaged@6"], ["maintenance@6", "damaged@5-6"]],
])("what %s", (_, texts, expected) => {
  expect(shown(after(texts))).toEqual(expected);
});

test("what was before the horizon is no news", () => {
  expect(shown(after(["mention@5", "damaged@6", "silent@7"], 6 * MINUTE))).toEqual(["silent@7"]);
});

test("nothing new is the same value", () => {
  const notices = after(["damaged@5"]);
  expect(fold(notices, [observed("damaged@5"), observed("-silent@6")], 0, 2)).toBe(notices);
});

test("the newest are kept, and the oldest that went don't come back", () => {
  const many = Array.from({ length: MOST + 5 }, (_, minute) => ({ ...observed(`mention@${minute + 1}`), subject: `m${minute}` }));
  const notices = fold([], many, 0, 1);
  expect(notices).toHaveLength(MOST);
  expect(notices.at(-1)?.at).toBe(6 * MINUTE);
  expect(fold(notices, many, 0, 1)).toBe(notices);
});

describe("two tabs", () => {
  const [notice] = after(["damaged@5"]) as [Notice];
  const seen = { ...notice, seen: true, changed: 2 };
  const over = { ...notice, until: 9, changed: 3 };

  test.each<[string, Notices, Notices, Notices]>([
    ["know the same", [notice], [notice], [notice]],
    ["know different things", [notice], after(["damaged@6"]), [...after(["damaged@6"]), notice]],
    ["one has seen it", [notice], [seen], [seen]],
    ["the other has seen it", [seen], [notice], [seen]],
    ["one has seen it, one knows that it is over", [seen], [over], [{ ...over, seen: true }]],
    ["the same, the other way round", [over], [seen], [{ ...over, seen: true }]],
  ])("%s", (_, ours, theirs, both) => {
    expect(merge(ours, theirs)).toEqual(both);
    expect(merge(both, ours)).toBe(both);
    expect(merge(both, theirs)).toBe(both);
  });
});

test("those picked are seen, and nothing to see changes nothing", () => {
  const notices = after(["damaged@5", "maintenance@6"]);
  const seen = see(notices, ({ kind }) => kind === "damaged", 2);
  expect(seen.map((notice) => notice.seen)).toEqual([false, true]);
  expect(see(seen, ({ kind }) => kind === "damaged", 3)).toBe(seen);
});
