import { expect, test } from "vitest";
import { placeOf } from "./places";

test.each([
  ["51.98,5.91", { lat: 51.98, lon: 5.91 }],
  ["-33,151.2", { lat: -33, lon: 151.2 }],
  ["0,0", { lat: 0, lon: 0 }],
  ["91,0", null],
  ["51.98,181", null],
  ["51.98", null],
  ["51.98,5.91,3", null],
  ["here", null],
  ["", null],
  [null, null],
])("the place %j is %j", (text, place) => expect(placeOf(text)).toEqual(place));
