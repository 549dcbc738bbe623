import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { buildTopic, contains, isFilter, matches, parseTopic, slug, TopicError } from "./topics";

interface Cases {
  matches: { rule: string; filter: string; topic: string; expected: boolean }[];
  contains: { rule: string; outer: string; inner: string; expected: boolean }[];
  parse: { rule: string; topic: string; expected: [string, string, string] | null }[];
}

const cases: Cases = JSON.parse(readFileSync(new URL("../../../tests/cases/topics.json", import.meta.url), "utf8"));

describe("the table that pytest reads too", () => {
  test.each(cases.matches)("matches: $rule", ({ filter, topic, expected }) => {
    expect(matches(filter, topic)).toBe(expected);
  });

  test.each(cases.contains)("contains: $rule", ({ outer, inner, expected }) => {
    expect(contains(outer, inner)).toBe(expected);
  });

  test.each(cases.parse)("parse: $rule", ({ topic, expected }) => {
    if (expected === null) {
      expect(() => parseTopic(topic)).toThrow(TopicError);
      return;
    }
    const [project, kind, source] = expected;
    expect(parseTopic(topic)).toEqual({ project, kind, source });
    expect(buildTopic(project, kind, source)).toBe(topic);
  });
});

test.each([
  ["a/+/#", true],
  ["a#", false],
  ["#/a", false],
  ["+a", false],
  ["", false],
])("filter %j: %j", (text, expected) => {
  expect(isFilter(text)).toBe(expected);
});

test("a slug is folded where a person types it, and refused by name", () => {
  expect(slug("  Truck-04 ")).toBe("truck-04");
  expect(() => slug("no spaces")).toThrow('"no spaces" is no slug');
});
