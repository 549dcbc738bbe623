import { expect, test } from "vitest";
import { NO_BURST, strike, type Stroke } from "./strokes";

/** Keys with the pause before each; a text is its letters, all with the same pause. */
type Typed = readonly (readonly [keys: string | readonly string[], pause: number, odd?: boolean])[];

function scanned(typed: Typed): string[] {
  let at = 1000;
  let burst = NO_BURST;
  const codes: string[] = [];
  const strokes = typed.flatMap(([keys, pause, odd = false]) => [...keys].map((key): Stroke => ({ key, at: (at += pause), odd })));
  for (const stroke of strokes) {
    const struck = strike(burst, stroke);
    burst = struck.burst;
    if (struck.code !== null) codes.push(struck.code);
  }
  return codes;
}

const ENTER = ["Enter"];

test.each<[string, Typed, string[]]>([
  ["a wired scanner", [["E2801160A1", 4], [ENTER, 4]], ["E2801160A1"]],
  ["all keys at once", [["FOH-07", 0], [ENTER, 0]], ["FOH-07"]],
  ["a slow wireless one", [["FOH-07", 30], [ENTER, 34]], ["FOH-07"]],
  ["one that ends with Tab", [["FOH-07", 8], [["Tab"], 8]], ["FOH-07"]],
  ["capitals with their Shift", [[["Shift", "F", "Shift", "O", "Shift", "H", "-", "0"], 3], [ENTER, 3]], ["FOH-0"]],
  ["two scans", [["FOH-07", 5], [ENTER, 5], ["AMP-12", 5], [ENTER, 5]], ["FOH-07", "AMP-12"]],
  ["a stutter on the way", [["FOH", 5], ["-07", 50], ["1234567890", 5], [ENTER, 5]], ["FOH-071234567890"]],
  ["a scan a moment after a person", [["rack", 120], ["F", 200], ["OH-07", 5], [ENTER, 5]], ["FOH-07"]],
  ["too short to be a tag", [["A12", 5], [ENTER, 5]], []],
  ["without an end", [["FOH-07", 5]], []],
  ["an end that came later", [["FOH-07", 5], [ENTER, 200]], []],
  ["the fastest typist there is", [["damaged", 45], [ENTER, 45]], []],
  ["keys rolled over", [["th", 18], ["e ", 70], ["ra", 22], ["ck", 65], [ENTER, 60]], []],
  ["a person who types one word fast", [["ok", 30], ["ay", 80], [ENTER, 80]], []],
  ["a key held down", [["a", 5], ["aaaaaaaa", 30, true], [ENTER, 20]], []],
  ["a shortcut", [["v", 5, true], ["abcd", 100], [ENTER, 5]], []],
  ["a correction in between", [["FOH-", 5], [["Backspace"], 5], ["07", 5], [ENTER, 5]], []],
  ["a pause in the middle", [["FOH-0", 5], ["7", 300], [ENTER, 5]], []],
])("%s", (_, typed, codes) => {
  expect(scanned(typed)).toEqual(codes);
});
