// Come here for metres on the map: circles, shifts and distances good to a street's size.

export interface LonLat {
  lon: number;
  lat: number;
}

/** Metres in a degree of latitude, near enough everywhere for a circle on a screen. */
const METRES_A_DEGREE = 111_195;

const metres_a_lon_degree = (lat: number) => METRES_A_DEGREE * Math.cos((lat * Math.PI) / 180);

/** The place `metres` away towards `bearing`, degrees clockwise from north. */
export function shifted(from: LonLat, metres: number, bearing: number): LonLat {
  const angle = (bearing * Math.PI) / 180;
  return {
    lon: from.lon + (metres * Math.sin(angle)) / metres_a_lon_degree(from.lat),
    lat: from.lat + (metres * Math.cos(angle)) / METRES_A_DEGREE,
  };
}

const CORNERS = 64;

/** A closed ring of [lon, lat] around a place. */
export function ring(centre: LonLat, metres: number): [number, number][] {
  return Array.from({ length: CORNERS + 1 }, (_, corner) => {
    const { lon, lat } = shifted(centre, metres, ((corner % CORNERS) * 360) / CORNERS);
    return [lon, lat];
  });
}

/** One of eight winds, 0 north, clockwise. */
export function wind(bearing: number): number {
  return Math.round((((bearing % 360) + 360) % 360) / 45) % 8;
}

/** Of some places the one in the midst of most: a few far away do not draw it into the empty land
    between, as they would a mean. */
export function middlemost<P extends LonLat>(places: readonly P[]): P | null {
  const lon = median(places.map((place) => place.lon));
  const lat = median(places.map((place) => place.lat));
  const narrow = Math.cos((lat * Math.PI) / 180);
  const away = (place: P) => Math.hypot((place.lon - lon) * narrow, place.lat - lat);
  return places.reduce<P | null>(
    (best, place) => (best && away(best) <= away(place) ? best : place),
    null,
  );
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

export type Box = [west: number, south: number, east: number, north: number];

export function box_around(points: Iterable<readonly [number, number]>): Box | null {
  let box: Box | null = null;
  for (const [lon, lat] of points) {
    const [west, south, east, north]: Box = box ?? [lon, lat, lon, lat];
    box = [Math.min(west, lon), Math.min(south, lat), Math.max(east, lon), Math.max(north, lat)];
  }
  return box;
}

/** Metres east and north of an origin; good within a city. */
export function flat(origin: LonLat, { lon, lat }: LonLat): readonly [number, number] {
  const east = (lon - origin.lon) * metres_a_lon_degree(origin.lat);
  return [east, (lat - origin.lat) * METRES_A_DEGREE];
}
