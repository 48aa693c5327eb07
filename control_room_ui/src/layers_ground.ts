// Come here for how the ground is drawn: areas with their names, and every lamp.
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Look } from "./lamplight.js";
import { by_zoom, colours, font } from "./paint.js";
import { look_colour, night } from "./palette.js";

// A lamp's look comes with the lamp list; later looks are feature-state, which redraws no tile.
const look: ExpressionSpecification = [
  "coalesce",
  ["feature-state", "look"],
  ["get", "look"],
  "unheard",
];
const look_is = (...some: Look[]): ExpressionSpecification => ["in", look, ["literal", some]];
const kind_is = (kind: string): ExpressionSpecification => ["==", ["get", "kind"], kind];
const is_name: ExpressionSpecification = ["==", ["geometry-type"], "Point"];

export const areas: LayerSpecification[] = [
  {
    id: "area-ground",
    type: "fill",
    source: "areas",
    filter: kind_is("district"),
    paint: { "fill-color": "#10171f" },
  },
  {
    id: "neighbourhood-outline",
    type: "line",
    source: "areas",
    filter: kind_is("neighbourhood"),
    paint: { "line-color": "#2b3845", "line-width": 1, "line-dasharray": [4, 3] },
  },
  {
    id: "jurisdiction-outline",
    type: "line",
    source: "areas",
    filter: kind_is("jurisdiction"),
    paint: { "line-color": "#3d5a78", "line-width": 1.6 },
  },
  {
    id: "district-outline",
    type: "line",
    source: "areas",
    filter: kind_is("district"),
    paint: { "line-color": "#5b6b7c", "line-width": 2 },
  },
];

export const area_names: LayerSpecification[] = [
  {
    id: "neighbourhood-name",
    type: "symbol",
    source: "areas",
    minzoom: 13,
    filter: ["all", is_name, kind_is("neighbourhood")],
    layout: { "text-field": ["get", "name"], "text-font": font, "text-size": 12 },
    paint: { "text-color": "#6f7e8d", "text-halo-color": night, "text-halo-width": 1.5 },
  },
  {
    id: "jurisdiction-name",
    type: "symbol",
    source: "areas",
    filter: ["all", is_name, kind_is("jurisdiction")],
    layout: {
      "text-field": ["get", "name"],
      "text-font": font,
      "text-size": 13,
      "text-offset": [0, 1.5],
    },
    paint: { "text-color": "#7fa6cd", "text-halo-color": night, "text-halo-width": 1.5 },
  },
];

export const lamps: LayerSpecification[] = [
  {
    id: "lamps",
    type: "circle",
    source: "lamps",
    paint: {
      "circle-color": colours(look, look_colour, look_colour.unheard),
      "circle-radius": by_zoom(11, 0.9, 14, 2, 17, 5, 20, 12),
      "circle-opacity": ["case", look_is("offline", "unheard"), 0, 0.95],
      "circle-stroke-color": colours(look, look_colour, look_colour.unheard),
      "circle-stroke-width": ["case", look_is("offline", "unheard", "faulty"), 1.4, 0],
    },
  },
];

/** Lamps that answer, above all others. */
export const lit_lamps: LayerSpecification[] = [
  {
    id: "lit-halo",
    type: "circle",
    source: "lit",
    paint: {
      "circle-color": colours(["get", "look"], look_colour, look_colour.bright),
      "circle-radius": by_zoom(11, 4, 14, 11, 17, 30, 20, 80),
      "circle-blur": 1,
      "circle-opacity": 0.4,
    },
  },
  {
    id: "lit-steady",
    type: "circle",
    source: "lit",
    filter: ["==", ["get", "look"], "bright"],
    paint: {
      "circle-color": look_colour.bright,
      "circle-radius": by_zoom(11, 1.8, 14, 3.5, 17, 7, 20, 15),
    },
  },
  {
    id: "lit-blink",
    type: "circle",
    source: "lit",
    filter: ["==", ["get", "look"], "blink"],
    paint: {
      "circle-color": look_colour.blink,
      "circle-radius": by_zoom(11, 2.2, 14, 4, 17, 8, 20, 17),
      "circle-opacity-transition": { duration: 0, delay: 0 },
      "circle-stroke-color": look_colour.blink,
      "circle-stroke-width": 1.5,
    },
  },
];
