import { expect, test } from "vitest";
import { hasNext } from "./rest";
import { tileUrl } from "../map/ground/tiles";

test.each([
  ['<…>; rel="next"', true],
  ['<a>; rel="prev", <b>; rel="next"', true],
  ['<a>; rel="prev"', false],
  [null, false],
])("link %j goes on: %j", (link, next) => expect(hasNext(link)).toBe(next));

test.each([
  ["https://tile.example/{z}/{x}/{y}.png", "https://tile.example/3/4/2.png"],
  ["https://{s}.tile.example/{z}/{x}/{y}{r}.png", "https://a.tile.example/3/4/2.png"],
])("a tile of %s", (template, url) => expect(tileUrl(template, 3, 4, 2)).toBe(url));
