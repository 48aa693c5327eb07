// Come here for what the map stands on: by default nothing, else the district's own style or tiles.
// Law: a base that cannot be had costs only the base. Lamps and incidents are drawn all the same.
import {
  addProtocol,
  type LayerSpecification,
  type StyleSpecification,
  type VectorSourceSpecification,
} from "maplibre-gl";
import * as calls from "./calls.js";
import { entries } from "./check.js";
import { style as own } from "./layers.js";
import { draw_archive, type TileLayer } from "./layers_archive.js";
import { font } from "./paint.js";

/** A control room must not wait for a map server that is away. */
const PATIENCE_MS = 5_000;

/** Our layers alone, or above the district's. `is_missing`: there should be one and it did not come. */
export async function whole_style(): Promise<{ style: StyleSpecification; is_missing: boolean }> {
  try {
    const { map } = await calls.settings();
    const base = map.style ? await fetched(map.style) : map.pmtiles && (await archive(map.pmtiles));
    return { style: base ? above(base) : own, is_missing: false };
  } catch {
    return { style: own, is_missing: true };
  }
}

async function fetched(address: string): Promise<StyleSpecification> {
  const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const text = await response.text();
  if (text.includes("pmtiles://")) await speak_pmtiles();
  return entries(JSON.parse(text)) as unknown as StyleSpecification;
}

/** Most districts need no archive: its reader is loaded only where there is one. */
async function speak_pmtiles() {
  const pmtiles = await import("pmtiles");
  const protocol = new pmtiles.Protocol();
  addProtocol("pmtiles", protocol.tile);
  return { pmtiles, protocol };
}

async function archive(address: string): Promise<StyleSpecification> {
  const { pmtiles, protocol } = await speak_pmtiles();
  const found = new pmtiles.PMTiles(new URL(address, location.href).href);
  protocol.add(found);
  const header = await found.getHeader();
  const url = `pmtiles://${new URL(address, location.href).href}`;
  const is_vector = header.tileType === pmtiles.TileType.Mvt;
  const metadata = is_vector ? entries(await found.getMetadata()) : {};
  const named = Array.isArray(metadata.vector_layers) ? metadata.vector_layers : [];
  const layers = named.map((one): TileLayer => ({ id: String(entries(one).id) }));
  return {
    version: 8,
    sources: {
      base: is_vector
        ? ({ type: "vector", url } as VectorSourceSpecification)
        : { type: "raster", url, tileSize: 256 },
    },
    layers: is_vector ? draw_archive(layers) : [dimmed],
  };
}

/** A photograph or a printed map: dark enough for lamps to shine on it. */
const dimmed: LayerSpecification = {
  id: "base",
  type: "raster",
  source: "base",
  paint: { "raster-brightness-max": 0.45, "raster-saturation": -0.6 },
};

/** Ours would hide the streets. */
const GROUND = ["night", "area-ground"];

export function above(base: StyleSpecification): StyleSpecification {
  const has_background = base.layers.some(({ type }) => type === "background");
  const ground = has_background ? [] : own.layers.filter(({ id }) => id === "night");
  const ours = own.layers.filter(({ id }) => !GROUND.includes(id));
  const theirs = base.glyphs ? fonts_of(base) : font;
  return {
    ...base,
    sources: { ...base.sources, ...own.sources },
    layers: [...ground, ...base.layers, ...ours.map((layer) => with_font(layer, theirs))],
    transition: { duration: 0, delay: 0 },
  };
}

/** Where letters come from a server, only those that the style itself uses are sure to be there. */
function fonts_of(base: StyleSpecification): string[] {
  const fonts = base.layers.map((layer) => layer.type === "symbol" && layer.layout?.["text-font"]);
  return (fonts.find(Array.isArray) as string[] | undefined) ?? font;
}

function with_font(layer: LayerSpecification, fonts: string[]): LayerSpecification {
  if (layer.type !== "symbol" || !layer.layout?.["text-font"]) return layer;
  return { ...layer, layout: { ...layer.layout, "text-font": fonts } };
}
