import { expect, test } from "vitest";
import { boundsOf, momentAt, pieces, toleranceOf, trackOf, type Track } from "./track";
import { paceLines, paceOf, PACES } from "./trackPace";

const T = 1_700_000_000_000;
const spot = (seconds: number, speed: number | null, gap = false, heading: number | null = null) => ({
  at: (T + seconds * 1000) / 1000,
  lat: 48 + seconds / 10_000,
  lon: 11,
  speed,
  heading,
  gap,
});

/** Ten seconds on the road, six minutes of nothing, a minute on site, a spot alone. */
const TRACK: Track = trackOf([
  spot(0, null),
  spot(10, 20),
  spot(370, null, true),
  spot(400, 5),
  spot(430, 4, false, 90),
  spot(900, null, true),
]);

test("the span is cut where nothing was heard", () => {
  const cut = pieces(TRACK, T - 60_000, T + 1_000_000).map(({ from, to, heard }) => [from - T, to - T, heard]);
  expect(cut).toEqual([
    [-60_000, 0, false],
    [0, 10_000, true],
    [10_000, 370_000, false],
    [370_000, 430_000, true],
    [430_000, 900_000, false],
    [900_000, 900_000, true],
    [900_000, 1_000_000, false],
  ]);
});

test("a span without a spot is one silence", () => {
  expect(pieces([], T, T + 1)).toEqual([{ from: T, to: T + 1, heard: false }]);
});

test.each<[string, number, number | null, number | null, [number | null, number | null] | null]>([
  ["before anything was heard", -60, null, null, [null, 0]],
  ["at the first spot", 0, 48, 20, null],
  ["on the way", 5, 48.0005, 20, null],
  ["at the edge of a gap", 10, 48.001, 20, null],
  ["in the gap", 200, 48.001, null, [10, 370]],
  ["at the gap's other edge", 370, 48.037, 5, null],
  ["a second before it", 369, 48.037, null, null],
  ["at a spot alone", 900, 48.09, null, null],
  ["after the last", 1000, 48.09, null, [900, null]],
])("%s (%i s)", (_, seconds, lat, speed, silence) => {
  const moment = momentAt(TRACK, T + seconds * 1000);
  expect(moment.place && Number(moment.place.lat.toFixed(6))).toBe(lat);
  expect(moment.speed).toBe(speed);
  const since = moment.silence && [moment.silence.from, moment.silence.to].map((at) => at && (at - T) / 1000);
  expect(since).toEqual(silence);
});

test.each([
  [0, "crawl"],
  [1.6, "crawl"],
  [1.7, "yard"],
  [10, "town"],
  [17.2, "road"],
])("%d m/s is the pace %s", (speed, id) => expect(PACES[paceOf(speed)]?.id).toBe(id));

test("lines are of one pace, joined, and end at gaps", () => {
  const driven = [spot(0, null), spot(10, 20), spot(20, 20), spot(30, 5)];
  const later = [spot(400, null, true), spot(800, null, true), spot(810, 1)];
  const { features } = paceLines(trackOf([...driven, ...later]));
  const shapes = features.map(({ geometry: { type, coordinates }, properties }) => [
    properties?.pace,
    type,
    coordinates.length,
  ]);
  expect(shapes).toEqual([
    [3, "LineString", 3],
    [1, "LineString", 2],
    [0, "Point", 2],
    [0, "LineString", 2],
  ]);
});

test.each([
  [3, 50, 32],
  [12, 50, 8],
  [12.7, 50, 4],
  [15, 50, 1],
  [20, 50, 1],
])("at zoom %d in latitude %i a pixel forgives %i m", (zoom, lat, tolerance) =>
  expect(toleranceOf(zoom, lat)).toBe(tolerance),
);

test("bounds", () => {
  expect(boundsOf([])).toBeNull();
  expect(boundsOf(TRACK)).toEqual([
    [11, 48],
    [11, expect.closeTo(48.09, 6)],
  ]);
});
