import { encode } from "uqr";
import { expect, test } from "vitest";
import { qr } from "./qr";

test("each dark module is drawn, and no other", () => {
  const text = "owntracks:///config?inline=e30=";
  const { size, path } = qr(text);
  const drawn = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(width));
  }
  expect(drawn).toEqual(encode(text, { ecc: "L", border: 4 }).data);
  expect(drawn[4]?.[4]).toBe(true); // the corner of a finder, inside the quiet zone
  expect(drawn.slice(0, 4).flat()).not.toContain(true);
});
