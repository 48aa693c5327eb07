// Come here for the control room's map: it follows the world, and tells which incident was clicked.
import type { GeoJSONSource, Map as MapLibre, PaddingOptions } from "maplibre-gl";
import { type Box, box_around, type LonLat, ring } from "./earth.js";
import {
  type Drawing,
  difference,
  draw_answers,
  draw_incidents,
  type MapWords,
} from "./features.js";
import { less_motion, open_map, pulse } from "./ground.js";
import { LampLayer } from "./lamp_layer.js";
import type { Incident } from "./wire.js";
import type { World } from "./world.js";

/** Close enough to tell one lamp from the next. */
const STREET_ZOOM = 17.6;

export class DistrictMap {
  private readonly lamps: LampLayer;
  private readonly drawn: Record<string, Drawing> = {};

  static async open(container: HTMLElement, now: () => number): Promise<DistrictMap> {
    return new DistrictMap(await open_map(container), now);
  }

  private constructor(
    readonly map: MapLibre,
    now: () => number,
  ) {
    this.lamps = new LampLayer(map);
    pulse(map, now, () => this.lamps.blinking > 0);
  }

  /** `chose` is called with the incident whose point or circle was clicked. */
  on_choice(chose: (incident_id: string) => void): void {
    const layers = ["incident-pin", "incident-disc"];
    this.map.on("click", layers, ({ features }) => chose(features?.[0]?.properties.incident_id));
    this.map.on("mouseenter", layers, () => this.point(true));
    this.map.on("mouseleave", layers, () => this.point(false));
  }

  take(world: World, chosen: string | null, words: MapWords): void {
    this.lamps.take(world);
    this.redraw("incidents", draw_incidents(world, chosen, words));
    this.redraw("answers", draw_answers(world, chosen));
  }

  /** Brings the incident, its circle and its lamps into view. */
  look_at(incident: Incident, world: World): void {
    const here = incident.place.position;
    if (!here) return;
    const lamps = incident.lamps.flatMap(({ lamp_id }) => world.inventory.get(lamp_id) ?? []);
    const corners = ring(here, here.accuracy_m ?? 0);
    const box = box_around([...corners, ...lamps.map(({ lon, lat }) => [lon, lat] as const)]);
    if (box) this.fit(box, 90, STREET_ZOOM);
  }

  shows({ lon, lat }: LonLat): boolean {
    return this.map.getBounds().contains([lon, lat]);
  }

  fit(box: Box, padding: number | PaddingOptions, maxZoom: number): void {
    this.map.fitBounds(box, { padding, maxZoom, animate: !less_motion(), duration: 600 });
  }

  /** Resolves when everything asked for so far is on the screen. */
  async drawn_all(): Promise<void> {
    const idle = this.map.once("idle");
    this.map.triggerRepaint();
    await idle;
  }

  /** Only what differs from the last drawing goes to the map. */
  private redraw(name: string, drawing: Drawing): void {
    const change = difference(this.drawn[name] ?? new Map(), drawing);
    this.drawn[name] = drawing;
    if (change.add.length + change.remove.length === 0) return;
    void this.map.getSource<GeoJSONSource>(name)?.updateData(change);
  }

  private point(at_something: boolean): void {
    this.map.getCanvas().style.cursor = at_something ? "pointer" : "";
  }
}
