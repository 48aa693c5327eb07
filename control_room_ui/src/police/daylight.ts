// Come here for how the map is read in sunlight: the same layers on white instead of night.
import type { Map as MapLibre } from "maplibre-gl";
import type { Light } from "./cab.js";

const white = "#ffffff";
const ink = "#10202f";

/** Layer, property, and its colour or width by day; by night it is as the control room has it. */
const BY_DAY: readonly [layer: string, property: string, value: string | number][] = [
  ["night", "background-color", "#e3e9ee"],
  ["area-ground", "fill-color", white],
  ["neighbourhood-outline", "line-color", "#8294a6"],
  ["jurisdiction-outline", "line-color", "#1d4e86"],
  ["neighbourhood-name", "text-color", "#42566a"],
  ["neighbourhood-name", "text-halo-color", white],
  ["jurisdiction-name", "text-color", "#1d4e86"],
  ["jurisdiction-name", "text-halo-color", white],
  ["incident-track", "line-color", ink],
  ["incident-track", "line-opacity", 0.9],
  ["incident-track", "line-width", 3],
  ["incident-leader", "line-color", ink],
  ["incident-chosen", "circle-stroke-color", ink],
  ["incident-label", "text-color", ink],
  ["incident-label", "text-halo-color", white],
  ["answers", "text-color", ink],
  ["answers", "text-halo-color", white],
  ["lit-halo", "circle-opacity", 0.75],
  ["lit-steady", "circle-color", "#ffc400"],
  ["lit-steady", "circle-stroke-color", "#7a4d00"],
  ["lit-steady", "circle-stroke-width", 3],
  ["lit-blink", "circle-stroke-color", "#7a4d00"],
  ["lit-blink", "circle-stroke-width", 3],
];

const by_night = new Map<string, unknown>();

export function show_light(map: MapLibre, light: Light): void {
  for (const [layer, property, value] of BY_DAY) {
    if (!map.getLayer(layer)) continue;
    const key = `${layer} ${property}`;
    if (!by_night.has(key)) by_night.set(key, map.getPaintProperty(layer, property as never));
    map.setPaintProperty(
      layer,
      property as never,
      (light === "day" ? value : by_night.get(key)) as never,
    );
  }
}
