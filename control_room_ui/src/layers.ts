// Come here to add a layer to the map or to change how one is drawn.
import type {
  ExpressionSpecification,
  GeoJSONSourceSpecification,
  LayerSpecification,
  StyleSpecification,
} from "maplibre-gl";
import type { looks } from "./lamplight.js";
import {
  drill,
  look_colour,
  night,
  silent,
  state_colour,
  unknown_state_colour,
} from "./palette.js";

// The page must work without a network: no glyphs address, so MapLibre draws with the screen's fonts.
const font = ["Noto Sans KR", "NanumGothic", "Malgun Gothic", "Apple SD Gothic Neo"];

const nothing: GeoJSONSourceSpecification = {
  type: "geojson",
  data: { type: "FeatureCollection", features: [] },
};
// Tolerance 0: a circle of accuracy must stay a circle, and a border a border, however close one looks.
const by = (property: string): GeoJSONSourceSpecification => ({
  ...nothing,
  promoteId: property,
  tolerance: 0,
});

/** A colour for each value of a property, from a table. */
function colours(of: ExpressionSpecification, table: Record<string, string>, otherwise: string) {
  return [
    "match",
    of,
    ...Object.entries(table).flat(),
    otherwise,
  ] as unknown as ExpressionSpecification;
}

// A lamp's look comes with the lamp list; later looks are feature-state, which redraws no tile.
const look: ExpressionSpecification = [
  "coalesce",
  ["feature-state", "look"],
  ["get", "look"],
  "unheard",
];
const look_is = (...some: (typeof looks)[number][]): ExpressionSpecification => [
  "in",
  look,
  ["literal", some],
];
const kind_is = (kind: string): ExpressionSpecification => ["==", ["get", "kind"], kind];
const part_is = (part: string): ExpressionSpecification => ["==", ["get", "part"], part];
const is_name: ExpressionSpecification = ["==", ["geometry-type"], "Point"];

const by_zoom = (...stops: number[]): ExpressionSpecification =>
  ["interpolate", ["exponential", 1.6], ["zoom"], ...stops] as unknown as ExpressionSpecification;

const areas: LayerSpecification[] = [
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

const area_names: LayerSpecification[] = [
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

const lamps: LayerSpecification[] = [
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

const state = colours(["get", "state"], state_colour, unknown_state_colour);

const incidents: LayerSpecification[] = [
  {
    id: "incident-disc",
    type: "fill",
    source: "incidents",
    filter: part_is("disc"),
    paint: { "fill-color": state, "fill-opacity": ["case", ["get", "chosen"], 0.13, 0.07] },
  },
  {
    id: "incident-disc-outline",
    type: "line",
    source: "incidents",
    filter: part_is("disc"),
    paint: { "line-color": state, "line-width": ["case", ["get", "chosen"], 1.8, 1] },
  },
  {
    id: "incident-track",
    type: "line",
    source: "incidents",
    filter: part_is("track"),
    paint: {
      "line-color": "#ffffff",
      "line-opacity": 0.55,
      "line-width": 2,
      "line-dasharray": [1, 1.5],
    },
  },
];

const answers: LayerSpecification[] = [
  {
    id: "answers",
    type: "symbol",
    source: "answers",
    layout: {
      "icon-image": ["concat", "answer-", ["get", "mark"]],
      "icon-size": by_zoom(13, 0.4, 16, 0.8, 18, 1.1),
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "text-field": ["step", ["zoom"], "", 17.5, ["get", "label"]],
      "text-font": font,
      "text-size": 11,
      "text-offset": [0, 1.9],
      "text-anchor": "top",
      "text-optional": true,
    },
    paint: { "text-color": "#c9d4df", "text-halo-color": night, "text-halo-width": 1.5 },
  },
];

const pins: LayerSpecification[] = [
  {
    id: "incident-chosen",
    type: "circle",
    source: "incidents",
    filter: ["all", part_is("pin"), ["get", "chosen"]],
    paint: {
      "circle-radius": 16,
      "circle-opacity": 0,
      "circle-stroke-color": "#ffffff",
      "circle-stroke-width": 2.5,
    },
  },
  {
    id: "incident-pin",
    type: "circle",
    source: "incidents",
    filter: part_is("pin"),
    paint: {
      "circle-color": ["case", ["get", "drill"], night, state],
      "circle-radius": 9,
      "circle-stroke-color": [
        "case",
        ["get", "drill"],
        state,
        ["get", "silent"],
        silent,
        "#ffffff",
      ],
      "circle-stroke-width": ["case", ["any", ["get", "drill"], ["get", "silent"]], 4, 2],
    },
  },
  {
    id: "incident-label",
    type: "symbol",
    source: "incidents",
    filter: part_is("pin"),
    layout: {
      "text-field": ["get", "label"],
      "text-font": font,
      "text-size": 15,
      "text-anchor": "bottom",
      "text-offset": [0, -1.25],
      "text-allow-overlap": true,
    },
    paint: {
      "text-color": ["case", ["get", "silent"], silent, ["get", "drill"], drill, "#ffffff"],
      "text-halo-color": night,
      "text-halo-width": 2,
    },
  },
];

export const style: StyleSpecification = {
  version: 8,
  sources: {
    areas: { ...nothing, tolerance: 0 },
    lamps: by("lamp_id"),
    lit: by("lamp_id"),
    incidents: by("id"),
    answers: by("id"),
  },
  layers: [
    { id: "night", type: "background", paint: { "background-color": night } },
    ...areas,
    ...lamps.slice(0, 1),
    ...area_names,
    ...incidents,
    ...lamps.slice(1),
    ...answers,
    ...pins,
  ],
  // Colours and sizes change at once: a control room reads states, not movements.
  transition: { duration: 0, delay: 0 },
};
