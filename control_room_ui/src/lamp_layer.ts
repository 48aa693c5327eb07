// Come here for how many thousand lamps stay in step with the world without redrawing them all.
import type { Feature } from "geojson";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { lamp_key } from "./features.js";
import { LIT, type Look, look } from "./lamplight.js";
import type { Lamp } from "./wire.js";
import { empty_world, lamp_view, type World } from "./world.js";

const source = (map: MapLibre, id: string) => map.getSource<GeoJSONSource>(id);

function draw(lamp: Lamp, shown: Look): Feature {
  const { lamp_id, label, address, lon, lat } = lamp;
  return {
    type: "Feature",
    geometry: { type: "Point", coordinates: [lon, lat] },
    properties: { key: lamp_key(lamp_id), lamp_id, label, address, look: shown },
  };
}

export class LampLayer {
  private before: World = empty_world;
  /** They are drawn a second time, above all. */
  private readonly lit = new Map<string, Look>();

  constructor(private readonly map: MapLibre) {}

  /** How many lamps blink now. */
  get blinking(): number {
    return [...this.lit.values()].filter((one) => one === "blink").length;
  }

  take(world: World): void {
    if (world.inventory !== this.before.inventory) this.draw_all(world);
    else if (world.heard !== this.before.heard) this.draw_changed(world);
    this.before = world;
  }

  private draw_all(world: World): void {
    const lamps = [...world.inventory.values()];
    const all = lamps.map((lamp) => draw(lamp, look(lamp_view(world, lamp.lamp_id))));
    const lit = all.filter((one) => LIT.includes(one.properties?.look));
    this.lit.clear();
    for (const { properties } of lit) this.lit.set(properties?.lamp_id, properties?.look);
    this.map.removeFeatureState({ source: "lamps" });
    source(this.map, "lamps")?.setData({ type: "FeatureCollection", features: all });
    source(this.map, "lit")?.setData({ type: "FeatureCollection", features: lit });
  }

  private draw_changed(world: World): void {
    const add: Feature[] = [];
    const remove: string[] = [];
    for (const [lamp_id, heard] of world.heard) {
      const lamp = world.inventory.get(lamp_id);
      if (!lamp || heard === this.before.heard.get(lamp_id)) continue;
      const shown = look(heard.view);
      this.map.setFeatureState({ source: "lamps", id: lamp_key(lamp_id) }, { look: shown });
      if (LIT.includes(shown) && this.lit.get(lamp_id) !== shown) add.push(draw(lamp, shown));
      if (!LIT.includes(shown) && this.lit.has(lamp_id)) remove.push(lamp_id);
    }
    this.relight(add, remove);
  }

  private relight(add: Feature[], remove: string[]): void {
    for (const { properties } of add) this.lit.set(properties?.lamp_id, properties?.look);
    for (const lamp_id of remove) this.lit.delete(lamp_id);
    if (add.length + remove.length > 0)
      void source(this.map, "lit")?.updateData({ add, remove: remove.map(lamp_key) });
  }
}
