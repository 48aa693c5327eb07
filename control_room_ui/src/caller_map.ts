// Come here for the map of the page that presses SOS: lamps, areas, and the caller's place.
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import type { LonLat } from "./earth.js";
import { type Drawing, difference, draw_caller } from "./features.js";
import { open_map, pulse } from "./ground.js";
import { LampLayer } from "./lamp_layer.js";
import type { Position } from "./wire.js";
import type { World } from "./world.js";

/** Near enough to see single lamps and the circle of accuracy. */
const WALKING_ZOOM = 17;

export class CallerMap {
  private readonly lamps: LampLayer;
  private drawn: Drawing = new Map();

  static async open(container: HTMLElement, here: LonLat): Promise<CallerMap> {
    const { map } = await open_map(container);
    map.jumpTo({ center: [here.lon, here.lat], zoom: WALKING_ZOOM });
    return new CallerMap(map);
  }

  private constructor(readonly map: MapLibre) {
    this.lamps = new LampLayer(map);
    pulse(map, Date.now, () => this.lamps.blinking > 0);
    map.getCanvas().style.cursor = "crosshair";
  }

  on_place(chose: (place: LonLat) => void): void {
    this.map.on("click", ({ lngLat }) => chose({ lon: lngLat.lng, lat: lngLat.lat }));
  }

  take(world: World, here: Position, has_called: boolean): void {
    this.lamps.take(world);
    const drawing = draw_caller(here, has_called);
    const change = difference(this.drawn, drawing);
    this.drawn = drawing;
    if (change.add.length > 0)
      void this.map.getSource<GeoJSONSource>("incidents")?.updateData(change);
  }
}
