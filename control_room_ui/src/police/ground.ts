// Come here for the police desk's map: it follows the chosen incident, by day and by night.
import { show_areas } from "../ground.js";
import { DistrictMap } from "../map.js";
import type { Room, State } from "../room.js";
import { languages } from "../words.js";
import type { Light } from "./cab.js";
import { show_light } from "./daylight.js";
import { box_of } from "./errands.js";

export class Ground {
  private map: DistrictMap | null = null;
  private readonly hung: Promise<void>;

  /** Somebody looks elsewhere: a map that becomes lower, because words become longer, lets them. */
  private is_by_hand = false;

  constructor(
    private readonly room: Room,
    private readonly jurisdiction: string,
    now: () => number,
    private light: Light,
    chose: (incident_id: string) => void,
  ) {
    const container = document.getElementById("map");
    this.hung = container ? this.hang(container, now, chose) : Promise.resolve();
    room.follow((after, before) => this.take(after, before));
  }

  private async hang(
    container: HTMLElement,
    now: () => number,
    chose: (incident_id: string) => void,
  ): Promise<void> {
    try {
      this.map = await DistrictMap.open(container, now);
    } catch {
      return this.room.change({ map_missing: true });
    }
    this.map.on_choice(chose);
    this.map.map.on("resize", () => this.is_by_hand || this.look_around());
    this.map.map.on("movestart", ({ originalEvent }) => {
      if (originalEvent) this.is_by_hand = true;
    });
    show_light(this.map.map, this.light);
    show_areas(this.map.map, this.room.areas);
    this.map.take(this.room.world, this.room.desk.chosen, languages[this.room.desk.language]);
    this.look_around();
  }

  private take(after: State, before: State): void {
    const { world, desk, areas } = after;
    if (!this.map || (world === before.world && desk.now !== before.desk.now)) return;
    this.map.take(world, desk.chosen, languages[desk.language]);
    if (areas !== before.areas) {
      show_areas(this.map.map, areas);
      this.look_around();
    } else if (desk.chosen && this.has_gone_out_of_sight(after, before)) this.look_at(desk.chosen);
  }

  /** A caller who walks out of the picture is followed; in it, the picture stays still. */
  private has_gone_out_of_sight({ world, desk }: State, before: State): boolean {
    const here = world.incidents.get(desk.chosen ?? "")?.place.position;
    const old = before.world.incidents.get(desk.chosen ?? "")?.place.position;
    if (!here || !old || here === old || !this.map) return false;
    return this.map.shows(old) && !this.map.shows(here);
  }

  look_at(incident_id: string): void {
    this.is_by_hand = false;
    const incident = this.room.world.incidents.get(incident_id);
    if (incident) this.map?.look_at(incident, this.room.world);
  }

  look_around(): void {
    const box = box_of(this.room.areas, this.jurisdiction);
    if (this.room.desk.chosen) this.look_at(this.room.desk.chosen);
    else if (box) this.map?.fit(box, 20, 16);
  }

  show(light: Light): void {
    this.light = light;
    if (this.map) show_light(this.map.map, light);
  }

  /** For tests and for whoever looks under the bonnet. */
  get inside() {
    return {
      map: () => this.map?.map ?? null,
      idle: () => this.hung.then(() => this.map?.drawn_all()),
    };
  }
}
