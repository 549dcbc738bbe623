/** The map's layers, from the ground up to the trails. Markers and their names are drawn above them (`overlay.ts`). */

import type {
  ExpressionSpecification,
  LayerSpecification,
  RasterLayerSpecification,
  StyleSpecification,
} from "maplibre-gl";
import type { Palette } from "../palette";
import { NOTHING } from "./graticule";

const GROUND = ["land", "borders", "grid"] as const;

export const ABOVE_TILES = "grid";

export function style(colours: Palette): StyleSpecification {
  return { version: 8, sources: sources([...GROUND, "trails"]), layers: [...ground(colours), ...past(colours)] };
}

/** Without what moves. */
export function groundStyle(colours: Palette): StyleSpecification {
  return { version: 8, sources: sources(GROUND), layers: ground(colours) };
}

function sources(names: readonly string[]): StyleSpecification["sources"] {
  return Object.fromEntries(names.map((name) => [name, { type: "geojson", data: NOTHING }]));
}

function ground(colours: Palette): LayerSpecification[] {
  return [
    { id: "sea", type: "background", paint: { "background-color": colours.sea } },
    { id: "land", type: "fill", source: "land", paint: { "fill-color": colours.land } },
    { id: "borders", type: "line", source: "borders", paint: { "line-color": colours.border, "line-width": 1 } },
    { id: "grid", type: "line", source: "grid", paint: { "line-color": colours.grid, "line-width": 1 } },
  ];
}

function past(colours: Palette): LayerSpecification[] {
  return [
    {
      id: "trails",
      type: "line",
      source: "trails",
      layout: { "line-join": "round" },
      paint: {
        "line-color": group(colours),
        "line-width": ["case", ["get", "selected"], 4, 2],
        "line-opacity": ["*", ["get", "fade"], ["case", ["get", "selected"], 0.95, 0.5]],
      },
    },
  ];
}

function group(colours: Palette): ExpressionSpecification {
  return ["match", ["get", "group"], "crew", colours.crew, "vehicle", colours.vehicle, colours.device];
}

/** By night the tiles are turned: light ground dark, hues kept. */
export function tileLayer(dark: boolean): RasterLayerSpecification {
  const night: RasterLayerSpecification["paint"] = {
    "raster-brightness-min": 0.86,
    "raster-brightness-max": 0.06,
    "raster-hue-rotate": 180,
    "raster-saturation": -0.45,
  };
  return { id: "tiles", type: "raster", source: "tiles", paint: dark ? night : { "raster-saturation": -0.25 } };
}
