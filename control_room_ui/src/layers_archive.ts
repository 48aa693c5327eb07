// Come here for how an archive of vector tiles is drawn where no style came with it.
// The names are those of the two schemas in use: Protomaps' and OpenMapTiles'.
import type { LayerSpecification } from "maplibre-gl";
import { by_zoom, font } from "./paint.js";
import { night } from "./palette.js";

export interface TileLayer {
  id: string;
}

type Drawn = (id: string) => LayerSpecification[];
const from = (id: string) => ({ source: "base", "source-layer": id });

const fill =
  (color: string): Drawn =>
  (id) => [
    {
      ...from(id),
      id: `base-${id}`,
      type: "fill",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": color },
    },
  ];

const line =
  (color: string, width: ReturnType<typeof by_zoom>): Drawn =>
  (id) => [
    {
      ...from(id),
      id: `base-${id}-line`,
      type: "line",
      filter: ["==", ["geometry-type"], "LineString"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": color, "line-width": width },
    },
  ];

const names =
  (color: string, minzoom: number): Drawn =>
  (id) => [
    {
      ...from(id),
      id: `base-${id}-name`,
      type: "symbol",
      minzoom,
      layout: {
        "text-field": ["coalesce", ["get", "name"], ["get", "name:ko"], ""],
        "text-font": font,
        "text-size": 11,
        "symbol-placement": id.includes("place") ? "point" : "line",
      },
      paint: { "text-color": color, "text-halo-color": night, "text-halo-width": 1.5 },
    },
  ];

const street = "#2a3642";
const water: Drawn = (id) => [
  ...fill("#0c1b2a")(id),
  ...line("#0c1b2a", by_zoom(10, 0.5, 18, 6))(id),
];

/** From the ground up; what has no name here is not drawn: lamps and incidents are what matters. */
const ways: [names: string[], draw: Drawn[]][] = [
  [["earth", "landcover"], [fill("#0f151c")]],
  [["landuse", "park"], [fill("#101a1a")]],
  [["water", "waterway"], [water]],
  [["buildings", "building"], [fill("#151e27")]],
  [["roads", "transportation"], [line(street, by_zoom(10, 0.3, 14, 1.5, 18, 12))]],
  [["boundaries", "boundary"], [line("#33414f", by_zoom(8, 0.6, 16, 1.5))]],
  [["roads", "transportation_name"], [names("#7c8b99", 15)]],
  [["places", "place"], [names("#8a98a6", 11)]],
];

export function draw_archive(found: readonly TileLayer[]): LayerSpecification[] {
  const has = new Set(found.map(({ id }) => id));
  return ways.flatMap(([ids, draw]) =>
    ids.filter((id) => has.has(id)).flatMap((id) => draw.flatMap((one) => one(id))),
  );
}
