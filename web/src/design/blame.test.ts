import { expect, test } from "vitest";
import { blame } from "./blame";

test.each([
  ["until: expected a time after 2026-06-20", "until", "expected a time after 2026-06-20"],
  ["hours: expected 24 at most", null, "hours: expected 24 at most"],
  ["the slug 'dana' is taken: it names one person", "slug", "the slug 'dana' is taken: it names one person"],
  ["somebody has to be an admin", null, "somebody has to be an admin"],
])("of %j to blame is %j", (detail, field, text) => {
  expect(blame(detail, ["slug", "until"])).toEqual({ field, text });
});
