// Come here for the crew's map: every lamp, those that are chosen, a line that is drawn, a test's answers.
import type { Feature } from "geojson";
import type { GeoJSONSource, Map as MapLibre, MapMouseEvent } from "maplibre-gl";
import type { Crew } from "./crew_sight.js";
import type { CrewLamp, LampTest } from "./crew_wire.js";
import { type Box, box_around, type LonLat } from "./earth.js";
import { lamp_key } from "./features.js";
import { less_motion, open_map, pulse } from "./ground.js";
import { LampLayer } from "./lamp_layer.js";
import { by_zoom } from "./paint.js";
import type { World } from "./world.js";

/** Close enough to tell one lamp from the next. */
const STREET_ZOOM = 17.6;
/** Pixels around a click in which a lamp is meant: a finger is no needle. */
const REACH = 9;
const MARKS = { asked: "waiting", seen: "seen", failed: "failed" } as const;

const nothing = { type: "FeatureCollection" as const, features: [] as Feature[] };

export class CrewMap {
  private readonly lamps: LampLayer;
  private before: Partial<Crew> = {};

  static async open(container: HTMLElement, now: () => number): Promise<CrewMap> {
    const { map } = await open_map(container);
    return new CrewMap(map, now);
  }

  private constructor(
    readonly map: MapLibre,
    now: () => number,
  ) {
    this.lamps = new LampLayer(map);
    pulse(map, now, () => this.lamps.blinking > 0);
    for (const id of ["chosen", "line"]) map.addSource(id, { type: "geojson", data: nothing });
    map.addLayer({
      id: "chosen",
      type: "circle",
      source: "chosen",
      paint: {
        "circle-radius": by_zoom(11, 4, 14, 6, 17, 10, 20, 18),
        "circle-opacity": 0,
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 2,
      },
    });
    map.addLayer({
      id: "line",
      type: "line",
      source: "line",
      paint: { "line-color": "#7fc4ff", "line-width": 5, "line-opacity": 0.8 },
    });
  }

  /** `chose` is told of the lamp that was clicked, or of the corner while a line is drawn. */
  on_click(is_drawing: () => boolean, corner: (at: LonLat) => void, chose: (id: string) => void) {
    this.map.on("click", (event) => {
      if (is_drawing()) return corner({ lon: event.lngLat.lng, lat: event.lngLat.lat });
      const id = this.lamp_at(event);
      if (id) chose(id);
    });
  }

  private lamp_at({ point: { x, y } }: MapMouseEvent): string | undefined {
    const box: [[number, number], [number, number]] = [
      [x - REACH, y - REACH],
      [x + REACH, y + REACH],
    ];
    const found = this.map.queryRenderedFeatures(box, { layers: ["lamps"] });
    return found[0]?.properties.lamp_id;
  }

  take(world: World, crew: Crew, by_id: ReadonlyMap<string, CrewLamp>): void {
    this.lamps.take(world);
    const { chosen, line, test, lamps } = crew;
    const before = this.before;
    const is_other = test !== before.test || lamps !== before.lamps;
    // While a test is shown its answers stand around the lamps instead.
    if (chosen !== before.chosen || is_other)
      this.draw("chosen", points(test ? [] : [...chosen].flatMap((id) => by_id.get(id) ?? [])));
    if (line !== before.line) this.draw_line(line);
    if (is_other) this.draw("answers", marks(test, by_id));
    this.before = { chosen, line, test, lamps };
  }

  look_at(places: readonly LonLat[]): void {
    const box = box_around(places.map(({ lon, lat }) => [lon, lat] as const));
    if (box) this.fit(box, 60, STREET_ZOOM);
  }

  fit(box: Box, padding: number, maxZoom: number): void {
    this.map.fitBounds(box, { padding, maxZoom, animate: !less_motion(), duration: 500 });
  }

  /** Resolves when everything asked for so far is on the screen. */
  async drawn_all(): Promise<void> {
    const idle = this.map.once("idle");
    this.map.triggerRepaint();
    await idle;
  }

  private draw_line(line: readonly LonLat[] | null): void {
    this.map.getCanvas().style.cursor = line ? "crosshair" : "";
    this.map.doubleClickZoom[line ? "disable" : "enable"]();
    const coordinates = (line ?? []).map(({ lon, lat }) => [lon, lat]);
    const geometry = { type: "LineString" as const, coordinates };
    this.draw(
      "line",
      coordinates.length < 2 ? [] : [{ type: "Feature", geometry, properties: {} }],
    );
  }

  private draw(source: string, features: Feature[]): void {
    void this.map.getSource<GeoJSONSource>(source)?.setData({ ...nothing, features });
  }
}

const point = ({ lon, lat }: LonLat, properties: object): Feature => ({
  type: "Feature",
  geometry: { type: "Point", coordinates: [lon, lat] },
  properties: { ...properties },
});

const points = (lamps: readonly CrewLamp[]) => lamps.map((lamp) => point(lamp, {}));

function marks(test: LampTest | null, by_id: ReadonlyMap<string, CrewLamp>): Feature[] {
  return (test?.lamps ?? []).flatMap(({ lamp_id, answer, label }) => {
    const lamp = by_id.get(lamp_id);
    return lamp ? [point(lamp, { id: lamp_key(lamp_id), mark: MARKS[answer], label })] : [];
  });
}
