import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { begunMention, completed, cutAtMentions, mentionsIn, offered } from "./mentions";
import type { Source } from "../contract/types";

const cases: [string, string, boolean][] = JSON.parse(
  readFileSync(new URL("../../../tests/cases/mentions.json", import.meta.url), "utf8"),
);

describe("the table that pytest reads too", () => {
  test.each(cases)("%j mentions %s: %s", (text, slug, mentioned) => {
    expect(mentionsIn(text).includes(slug)).toBe(mentioned);
  });
});

test("each once, and the text is cut without a loss", () => {
  const text = "@dana and @Dana: ask @anouk.";
  expect(mentionsIn(text)).toEqual(["dana", "anouk"]);
  expect(cutAtMentions(text).map((piece) => piece.text).join("")).toBe(text);
});

test.each([
  ["@", 1, ""],
  ["ask @an", 7, "an"],
  ["ask @an", 4, null],
  ["ask @anouk there", 10, "anouk"],
  ["ask @anouk there", 16, null],
  ["anouk@", 6, null],
  ["(@d", 3, "d"],
])("in %j at %i %j has begun", (text, caret, expected) => {
  expect(begunMention(text, caret)).toBe(expected);
});

const people = [["anouk", "Anouk Peeters"], ["dana", "Dana de Wit"], ["root", "Ruud Otten"]].map(
  ([slug = "", name = ""]): Source => ({ slug, name, kind: "person", owner: null }),
);

test.each([
  ["", ["anouk", "dana", "root"]],
  ["An", ["anouk"]],
  ["wit", ["dana"]],
  ["ruu", ["root"]],
  ["x", []],
])("%j offers %j", (begun, slugs) => {
  expect(offered(begun, people).map(({ slug }) => slug)).toEqual(slugs);
});

test.each([
  ["ask @an", 7, "ask @anouk ", 11],
  ["ask @an there", 7, "ask @anouk there", 11],
  ["@", 1, "@anouk ", 7],
])("%j is completed", (text, caret, expected, then) => {
  expect(completed(text, caret, "anouk")).toEqual({ text: expected, caret: then });
});
