// Come here to add a layer to the map or to change how one is drawn.
import type {
  ExpressionSpecification,
  GeoJSONSourceSpecification,
  LayerSpecification,
  StyleSpecification,
} from "maplibre-gl";
import { area_names, areas, lamps, lit_lamps } from "./layers_ground.js";
import { by_zoom, colours, font } from "./paint.js";
import { drill, night, silent, state_colour, unknown_state_colour } from "./palette.js";

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

const part_is = (part: string): ExpressionSpecification => ["==", ["get", "part"], part];

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
    id: "incident-leader",
    type: "line",
    source: "incidents",
    filter: part_is("leader"),
    paint: { "line-color": "#ffffff", "line-opacity": 0.7, "line-width": 1.2 },
  },
  {
    id: "walk",
    type: "circle",
    source: "incidents",
    filter: part_is("walk"),
    paint: {
      "circle-color": night,
      "circle-radius": 6,
      "circle-stroke-color": state,
      "circle-stroke-width": 3,
    },
  },
  {
    id: "incident-group",
    type: "circle",
    source: "incidents",
    filter: part_is("group"),
    paint: {
      "circle-color": night,
      "circle-radius": 12,
      "circle-stroke-color": state,
      "circle-stroke-width": 3,
    },
  },
  {
    id: "incident-group-number",
    type: "symbol",
    source: "incidents",
    filter: part_is("group"),
    layout: {
      "text-field": ["get", "label"],
      "text-font": font,
      "text-size": 14,
      "text-allow-overlap": true,
      "text-ignore-placement": true,
    },
    paint: { "text-color": "#ffffff" },
  },
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
    lamps: by("key"),
    lit: by("key"),
    incidents: by("id"),
    answers: by("id"),
  },
  layers: [
    { id: "night", type: "background", paint: { "background-color": night } },
    ...areas,
    ...lamps,
    ...area_names,
    ...incidents,
    ...lit_lamps,
    ...answers,
    ...pins,
  ],
  // Colours and sizes change at once: a control room reads states, not movements.
  transition: { duration: 0, delay: 0 },
};
