// Come here for how the phone finds where it is, from the moment the page is opened.
import type { Fix } from "./fix.js";

/** How the search stands; "denied": the owner or the system forbids it. */
export type Locating = "searching" | "found" | "denied";

/** A place of the last minutes is better than none while the satellites are being looked for. */
const OLDEST_FIX_MS = 120_000;

const ASKED_EVERY_MS = 30_000;

export class Whereabouts {
  private watch: number | null = null;
  private asked_at = 0;

  constructor(
    private readonly found: (fix: Fix) => void,
    private readonly stands: (how: Locating) => void,
  ) {}

  start(): void {
    if (this.watch !== null) return;
    if (!("geolocation" in navigator)) {
      this.stands("denied");
      return;
    }
    const how = { enableHighAccuracy: true, maximumAge: OLDEST_FIX_MS };
    this.watch = navigator.geolocation.watchPosition(
      (position) => this.found(fix_of(position)),
      (error) => this.trouble(error),
      how,
    );
  }

  /** Some watches say nothing while nobody moves: asked, they say that one is still there. */
  look_again(now: number): void {
    if (this.watch === null || now - this.asked_at < ASKED_EVERY_MS) return;
    this.asked_at = now;
    const how = { enableHighAccuracy: true, maximumAge: 0, timeout: ASKED_EVERY_MS };
    navigator.geolocation.getCurrentPosition(
      (position) => this.found(fix_of(position)),
      () => undefined,
      how,
    );
  }

  stop(): void {
    if (this.watch !== null) navigator.geolocation.clearWatch(this.watch);
    this.watch = null;
  }

  private trouble(error: GeolocationPositionError): void {
    const is_denied = error.code === error.PERMISSION_DENIED;
    if (is_denied) this.stop();
    this.stands(is_denied ? "denied" : "searching");
  }
}

function fix_of({ coords, timestamp }: GeolocationPosition): Fix {
  const { longitude: lon, latitude: lat, accuracy } = coords;
  // Some phones stamp fixes with another clock: none was taken in the future.
  const fixed_at = Math.min(timestamp, Date.now());
  return { lon, lat, accuracy_m: accuracy > 0 ? accuracy : null, fixed_at };
}
