// Come here for the map that every page stands on: night, areas, lamps, and lamps that blink in phase.
import {
  type GeoJSONSource,
  Map as MapLibre,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";
import worker_address from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { whole_style } from "./base_map.js";
import { is_lit, until_flash_turns } from "./clock.js";
import { type Box, box_around, type LonLat } from "./earth.js";
import { draw_areas, longest_ring } from "./features.js";
import { add_marks } from "./marks.js";
import type { Area } from "./wire.js";
import { languages } from "./words.js";

setWorkerUrl(worker_address);

/** Where a map without areas or lamps opens: Seoul's Dobong-gu. */
const FIRST_VIEW = { center: [127.0329, 37.6615] as [number, number], zoom: 12.5 };

/** Fonts of the screen itself; nothing is loaded from anywhere. */
const SCREEN_FONTS =
  "'Noto Sans KR', NanumGothic, 'Malgun Gothic', 'Apple SD Gothic Neo', sans-serif";

export interface Ground {
  map: MapLibre;
  /** There should be a map of the district's own, and it could not be had. */
  is_base_missing: boolean;
}

/** The map, once its style can be added to: a map server that is slow must not hold up the lamps. */
export async function open_map(container: HTMLElement): Promise<Ground> {
  const { style, is_missing: is_base_missing } = await whole_style();
  const map = new MapLibre({
    container,
    style,
    ...FIRST_VIEW,
    maxZoom: 20,
    localIdeographFontFamily: SCREEN_FONTS,
    attributionControl: false,
    // A tilted or turned map misleads whoever speaks of north and left over the radio.
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-right");
  name_buttons(map);
  say_when_idle(map);
  await map.once("style.load");
  add_marks(map);
  return { map, is_base_missing };
}

/** In the page's language, now and whenever it is switched. */
function name_buttons(map: MapLibre): void {
  const page = document.documentElement;
  const name = () => {
    const { ground } = languages[page.lang === "en" ? "en" : "ko"];
    const parts = {
      canvas: ground.map,
      "ctrl-zoom-in": ground.zoom_in,
      "ctrl-zoom-out": ground.zoom_out,
    };
    for (const [part, text] of Object.entries(parts)) {
      const shown = map.getContainer().querySelector<HTMLElement>(`.maplibregl-${part}`);
      shown?.setAttribute("aria-label", text);
      if (part !== "canvas") shown?.setAttribute("title", text);
    }
  };
  name();
  new MutationObserver(name).observe(page, { attributeFilter: ["lang"] });
}

/** `data-map-idle` on the body counts how often everything asked for was drawn. */
function say_when_idle(map: MapLibre): void {
  let times = 0;
  map.on("idle", () => {
    times += 1;
    document.body.dataset.mapIdle = String(times);
  });
}

export function show_areas(map: MapLibre, areas: readonly Area[]): void {
  const features = draw_areas(areas);
  map.getSource<GeoJSONSource>("areas")?.setData({ type: "FeatureCollection", features });
}

/** The box of the whole district: its areas and all its lamps, wherever they were drawn. */
export function whole_district(areas: readonly Area[], lamps: Iterable<LonLat>): Box | null {
  const corners = draw_areas(areas).flatMap(({ geometry }) => longest_ring(geometry));
  const of_areas = corners.map((at) => [at[0] ?? 0, at[1] ?? 0] as const);
  return box_around([...of_areas, ...[...lamps].map(({ lon, lat }) => [lon, lat] as const)]);
}

/** True where the person at the screen asked for less motion. */
export const less_motion = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

const BRIGHT = 1;
/** A blinking lamp is never dark on the street, and not on the map either. */
const LOW = 0.25;

/** Pulses blinking lamps once a second, in phase with the street; still where motion is unwelcome. */
export function pulse(map: MapLibre, now: () => number, is_needed: () => boolean): void {
  let shown = BRIGHT;
  const beat = () => {
    const still = less_motion() || !is_needed();
    const wanted = still || is_lit(now()) ? BRIGHT : LOW;
    if (wanted !== shown) map.setPaintProperty("lit-blink", "circle-opacity", wanted);
    shown = wanted;
    setTimeout(beat, until_flash_turns(now()));
  };
  beat();
}
