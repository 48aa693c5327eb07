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
import type { Incident, Position } from "./wire.js";
import type { World } from "./world.js";

interface Shown {
  world: World;
  chosen: string | null;
  words: MapWords;
}

/** Close enough to tell one lamp from the next. */
const STREET_ZOOM = 17.6;

/** Markers are gathered anew when the map is this much closer or further, in zoom levels. */
const ZOOM_STEP = 0.25;

export type AreaKind = "jurisdictions" | "neighbourhoods";
const LAYERS: Record<AreaKind, string[]> = {
  jurisdictions: ["jurisdiction-outline", "jurisdiction-name"],
  neighbourhoods: ["neighbourhood-outline", "neighbourhood-name"],
};

export class DistrictMap {
  private readonly lamps: LampLayer;
  private readonly drawn: Record<string, Drawing> = {};
  private shown: Shown | null = null;
  private drawn_zoom = 0;

  static async open(container: HTMLElement, now: () => number): Promise<DistrictMap> {
    const { map, is_base_missing } = await open_map(container);
    return new DistrictMap(map, is_base_missing, now);
  }

  private constructor(
    readonly map: MapLibre,
    readonly is_base_missing: boolean,
    now: () => number,
  ) {
    this.lamps = new LampLayer(map);
    pulse(map, now, () => this.lamps.blinking > 0);
    map.on(
      "zoom",
      () => this.shown && this.zoom !== this.drawn_zoom && this.draw_incidents(this.shown),
    );
  }

  /** `chose` is called with the incident whose marker or circle was clicked. */
  on_choice(chose: (incident_id: string) => void): void {
    const single = ["incident-pin", "incident-disc"];
    this.map.on("click", single, ({ features, point }) => {
      // A pin lies on its neighbour's circle: what is above counts.
      if (this.map.queryRenderedFeatures(point, { layers: ["incident-group"] }).length > 0) return;
      const [top] = features ?? [];
      if (top) chose(top.properties.incident_id);
    });
    this.map.on("click", "incident-group", ({ features }) => {
      const ids: string[] = JSON.parse(features?.[0]?.properties.ids ?? "[]");
      this.open_group(ids, chose);
    });
    for (const layers of [single, ["incident-group"]]) {
      this.map.on("mouseenter", layers, () => this.point(true));
      this.map.on("mouseleave", layers, () => this.point(false));
    }
  }

  take(world: World, chosen: string | null, words: MapWords): void {
    const before = this.shown;
    this.shown = { world, chosen, words };
    this.lamps.take(world);
    const is_same =
      before?.world.incidents === world.incidents &&
      before.world.tracks === world.tracks &&
      before.world.walks === world.walks &&
      before.chosen === chosen &&
      before.words === words;
    if (!is_same) this.draw_incidents(this.shown);
    this.redraw("answers", draw_answers(world, chosen));
  }

  show(kind: AreaKind, is_shown: boolean): void {
    for (const layer of LAYERS[kind])
      this.map.setLayoutProperty(layer, "visibility", is_shown ? "visible" : "none");
  }

  private get zoom(): number {
    return Math.round(this.map.getZoom() / ZOOM_STEP) * ZOOM_STEP;
  }

  private draw_incidents({ world, chosen, words }: Shown): void {
    this.drawn_zoom = this.zoom;
    this.redraw("incidents", draw_incidents(world, { chosen, zoom: this.zoom }, words));
  }

  /** Comes closer until its incidents part; where they are all at one place, chooses the first. */
  private open_group(ids: readonly string[], chose: (incident_id: string) => void): void {
    const places = ids.flatMap((id) => this.shown?.world.incidents.get(id)?.place.position ?? []);
    const box = box_around(places.map(({ lon, lat }) => [lon, lat] as const));
    const [first] = ids;
    if (box && this.map.getZoom() < STREET_ZOOM) this.fit(box, 90, STREET_ZOOM);
    else if (first) chose(first);
  }

  /** Brings the incident, its circle and its lamps into view. */
  look_at(incident: Incident, world: World): void {
    const here = incident.place.position;
    if (!here) return;
    const lamps = incident.lamps.flatMap(({ lamp_id }) => world.inventory.get(lamp_id) ?? []);
    const corners = ring(here, here.accuracy_m ?? 0);
    const box = box_around([...corners, ...lamps.map(({ lon, lat }) => [lon, lat] as const)]);
    if (box) this.fit(box, this.margin, STREET_ZOOM);
  }

  /** Brings a place and its circle into view. */
  look_at_place(here: Position): void {
    const box = box_around(ring(here, here.accuracy_m ?? 0));
    if (box) this.fit(box, this.margin, STREET_ZOOM);
  }

  /** Pixels around what is looked at; a low map on a tablet has none to give away. */
  private get margin(): number {
    const { clientWidth, clientHeight } = this.map.getContainer();
    return Math.min(90, clientWidth / 6, clientHeight / 6);
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
