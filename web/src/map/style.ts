/** The map's layers, from the ground up. There are no glyph servers: MapLibre draws names with the system's font. */

import type {
  ExpressionSpecification,
  LayerSpecification,
  RasterLayerSpecification,
  StyleSpecification,
} from "maplibre-gl";
import type { Palette } from "./palette";
import { NOTHING } from "./shapes";

const DATA = ["land", "borders", "grid", "accuracy", "trails", "markers"] as const;

export type DataSource = (typeof DATA)[number];

export const ABOVE_TILES = "grid";
export const SIGNS = ["names", "arrows", "markers"]; // what a crowd is drawn without
export const MARKERS = ["markers", "crowd"]; // one of them is drawn

export function style(colours: Palette): StyleSpecification {
  const sources = Object.fromEntries(DATA.map((name) => [name, { type: "geojson" as const, data: NOTHING }]));
  return { version: 8, sources, layers: [...ground(colours), ...past(colours), ...present(colours)] };
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
      id: "accuracy",
      type: "fill",
      source: "accuracy",
      paint: { "fill-color": colours.accent, "fill-opacity": 0.14, "fill-outline-color": colours.accent },
    },
    {
      id: "trails",
      type: "line",
      source: "trails",
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": group(colours),
        "line-width": ["case", ["get", "selected"], 4, 2],
        "line-opacity": ["case", ["get", "selected"], 0.95, 0.4],
      },
    },
  ];
}

function group(colours: Palette): ExpressionSpecification {
  return ["match", ["get", "group"], "crew", colours.crew, "vehicle", colours.vehicle, colours.device];
}

/** Placement goes from the top down: discs first, then names where they fit. */
function present(colours: Palette): LayerSpecification[] {
  return [
    {
      id: "names",
      type: "symbol",
      source: "markers",
      layout: {
        "text-field": ["get", "label"],
        "text-size": 12,
        "text-font": ["system-ui, sans-serif"],
        "text-variable-anchor": ["top", "bottom", "left", "right"],
        "text-radial-offset": 1.75,
        "text-justify": "auto",
        "icon-image": "pill",
        "icon-text-fit": "both",
        "text-padding": 3,
        "symbol-sort-key": ["-", 0, ["get", "order"]],
      },
      paint: { "text-color": colours["label-text"] },
    },
    {
      id: "crowd",
      type: "circle",
      source: "markers",
      layout: { visibility: "none" },
      paint: {
        "circle-radius": 6,
        "circle-stroke-width": 1.5,
        "circle-stroke-color": colours.ring,
        "circle-color": ["case", ["get", "old"], colours.stale, group(colours)],
      },
    },
    {
      id: "halo",
      type: "symbol",
      source: "markers",
      filter: ["get", "selected"],
      layout: { "icon-image": "halo", "icon-allow-overlap": true, "icon-ignore-placement": true },
    },
    {
      id: "arrows",
      type: "symbol",
      source: "markers",
      filter: ["!=", ["get", "arrow"], ""],
      layout: {
        "icon-image": ["get", "arrow"],
        "icon-rotate": ["get", "heading"],
        "icon-rotation-alignment": "map",
        "icon-offset": [0, -14],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
      },
    },
    {
      id: "markers",
      type: "symbol",
      source: "markers",
      layout: {
        "icon-image": ["get", "image"],
        "icon-allow-overlap": true,
        "symbol-sort-key": ["get", "order"],
        "icon-padding": 0,
      },
    },
  ];
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
