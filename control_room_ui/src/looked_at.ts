// Come here for which world map and panel show: the live one, or that of a replay.
import { quiet, type Replay, replayed_world } from "./replay.js";
import type { State } from "./room.js";
import type { Lamp } from "./wire.js";
import type { World } from "./world.js";

/** Made once for each frame and each lamp list, so that the map sees what has not changed. */
export class LookedAt {
  private lamps: ReadonlyMap<string, Lamp> = new Map();
  private quiet_lamps: ReadonlyMap<string, Lamp> = new Map();
  private replay: Replay | null = null;
  private world: World | null = null;

  in(state: State): World {
    const { replay } = state.desk;
    if (!replay) return state.world;
    if (replay !== this.replay || state.world.inventory !== this.lamps || !this.world)
      this.world = this.shown(replay, state.world.inventory);
    this.replay = replay;
    return this.world;
  }

  private shown(replay: Replay, lamps: ReadonlyMap<string, Lamp>): World {
    if (lamps !== this.lamps) this.quiet_lamps = quiet(lamps);
    this.lamps = lamps;
    return replayed_world(replay, this.quiet_lamps);
  }
}
