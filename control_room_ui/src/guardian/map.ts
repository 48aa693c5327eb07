// Come here for the small map of a guardian's page: where the walker is, and how sure that is.
// It is loaded only once there is a place to show: the words must not wait for it.
import "../map.css";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import * as calls from "../calls.js";
import { type Drawing, difference, draw_caller } from "../features.js";
import { open_map, show_areas } from "../ground.js";
import type { Position } from "../wire.js";

/** Some streets around: a guardian wants to know the corner, not the district. */
const ZOOM = 16;

export class GuardianMap {
  private drawn: Drawing = new Map();

  static async open(container: HTMLElement, here: Position): Promise<GuardianMap> {
    const { map } = await open_map(container);
    map.jumpTo({ center: [here.lon, here.lat], zoom: ZOOM });
    calls.areas().then(
      ({ features }) => show_areas(map, features),
      () => undefined, // the map says less without them, the words say it all
    );
    return new GuardianMap(map);
  }

  private constructor(readonly map: MapLibre) {}

  show(here: Position, has_called: boolean): void {
    const drawing = draw_caller(here, has_called);
    const change = difference(this.drawn, drawing);
    if (change.add.length === 0 && change.remove.length === 0) return;
    this.drawn = drawing;
    void this.map.getSource<GeoJSONSource>("incidents")?.updateData(change);
    const { lon, lat } = here;
    if (!this.map.getBounds().contains([lon, lat])) this.map.jumpTo({ center: [lon, lat] });
  }

  remove(): void {
    this.map.remove();
  }
}
