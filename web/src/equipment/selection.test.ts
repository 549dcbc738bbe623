import { expect, test } from "vitest";
import { addAll, extend, NOTHING, toggle, type Selection } from "./selection";

const LISTED = ["a", "b", "c", "d", "e"];
type Step = (selection: Selection) => Selection;
const click = (code: string): Step => (selection) => toggle(selection, code);
const shift = (code: string, listed = LISTED): Step => (selection) => extend(selection, code, listed);

test.each<[string, Step[], string[]]>([
  ["one", [click("b")], ["b"]],
  ["one and not", [click("b"), click("b")], []],
  ["a range", [click("b"), shift("d")], ["b", "c", "d"]],
  ["a range upwards", [click("d"), shift("b")], ["b", "c", "d"]],
  ["a range and another one", [click("a"), click("c"), shift("d")], ["a", "c", "d"]],
  ["a range from the same end", [click("b"), shift("c"), shift("a")], ["a", "b", "c"]],
  ["a range from nowhere", [shift("c")], ["c"]],
  ["a range from one that isn't listed now", [click("a"), shift("d", ["c", "d"])], ["a", "d"]],
  ["all that are listed", [click("e"), (selection) => addAll(selection, ["a", "b"])], ["a", "b", "e"]],
])("%s", (_, steps, codes) => {
  expect([...steps.reduce((selection, step) => step(selection), NOTHING).codes].sort()).toEqual(codes);
});
