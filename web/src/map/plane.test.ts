import { describe, expect, test } from "vitest";
import { latOf, lonOf, pxX, pxY, unitsX, unitsY, viewOf } from "./plane";

test.each([
  [0, 0],
  [5.123456, 52.654321],
  [-179.99999, -84],
  [179.99999, 84],
])("lon %d, lat %d come back", (lon, lat) => {
  expect(lonOf(unitsX(lon))).toBeCloseTo(lon, 6);
  expect(latOf(unitsY(lat))).toBeCloseTo(lat, 6);
});

test.each([[90], [-90], [85.06]])("latitude %d stays on the plane", (lat) => {
  expect(Math.abs(latOf(unitsY(lat)))).toBeCloseTo(85.0511, 3);
});

describe("seen in a view of 800 × 600 px", () => {
  test.each([
    ["the middle", { lng: 5, lat: 52 }, 10, [5, 52], [400, 300]],
    ["east of it", { lng: 0, lat: 0 }, 0, [90, 0], [528, 300]],
    ["south of it", { lng: 0, lat: 0 }, 0, [0, -66.51326], [400, 428]],
    ["over the antimeridian", { lng: 179, lat: 0 }, 3, [-179, 0], [400 + (2 / 360) * 4096, 300]],
    ["and back", { lng: -179, lat: 0 }, 3, [179, 0], [400 - (2 / 360) * 4096, 300]],
  ] as const)("%s", (_, center, zoom, [lon, lat], [x, y]) => {
    const view = viewOf(center, zoom, 800, 600);
    expect(pxX(view, unitsX(lon))).toBeCloseTo(x, 2);
    expect(pxY(view, unitsY(lat))).toBeCloseTo(y, 2);
  });
});
