import { expect, test } from "vitest";
import type { Position } from "../contract/types";
import { positionOf, thinned, wait } from "./track";

const AT = Date.UTC(2026, 7, 23, 21, 0, 0);
const fix = (seconds: number, metres = 0, more: Partial<Position> = {}): Position => ({
  at: new Date(AT + seconds * 1000).toISOString(),
  lat: 52 + metres / 111_195,
  lon: 5,
  ...more,
});

test.each<[string, Position | null, Position, number]>([
  ["the first goes at once", null, fix(0), 0],
  ["one that moved waits two seconds", fix(0), fix(0.5, 20), 1500],
  ["then it goes", fix(0), fix(2, 20), 0],
  ["one that stands waits thirty", fix(0), fix(2, 3), 28_000],
  ["then it goes too", fix(0), fix(31, 3), 0],
  ["speed says it moves before it has got far", fix(0), fix(2, 3, { speed: 1.4 }), 0],
  ["a vague fix elsewhere is no move", fix(0), fix(2, 30, { accuracy: 80 }), 28_000],
])("%s", (_, last, newest, ms) => expect(wait(last, newest)).toBe(ms));

test("a browser's fix says only what it knows", () => {
  const coords = { latitude: 52.12345678, longitude: 5, accuracy: 7.26, speed: null, heading: NaN, altitude: null };
  const position = { coords, timestamp: AT } as unknown as GeolocationPosition;
  expect(positionOf(position, 60_000, 81)).toEqual({
    at: "2026-08-23T21:01:00.000Z",
    lat: 52.123457,
    lon: 5,
    accuracy: 7.3,
    battery: 81,
  });
});

test.each([360, 359.97])("due north is 0 degrees, not %d", (heading) => {
  const coords = { latitude: 1, longitude: 1, accuracy: 1, speed: 2, heading, altitude: null };
  expect(positionOf({ coords, timestamp: AT } as GeolocationPosition, 0, null).heading).toBe(0);
});

test("a track that is too long loses every second fix, never the newest", () => {
  expect(thinned([fix(1), fix(2), fix(3), fix(4)])).toEqual([fix(2), fix(4)]);
});
