// Come here for which markers the map shows when incidents fall together.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gather, type Spot } from "../src/gather.js";

const HERE = { lon: 127.0165, lat: 37.6512 };
const FAR = { lon: 127.05, lat: 37.68 };
const waits = (id: string, place = HERE): Spot => ({ ...place, id, alone: true });
const handled = (id: string, place = HERE): Spot => ({ ...place, id, alone: false });
const shown = (spots: Spot[], zoom: number) => gather(spots, zoom).map(({ ids }) => ids);

describe("the markers", () => {
  test.each([
    ["one stands where it is", [waits("a")], 17, [["a"]]],
    ["two that wait at one place have a marker each", [waits("a"), waits("b")], 20, [["a"], ["b"]]],
    ["those in hands share one", [handled("a"), handled("b"), handled("c")], 17, [["a", "b", "c"]]],
    [
      "one that waits does not share",
      [waits("a"), handled("b"), handled("c")],
      17,
      [["a"], ["b", "c"]],
    ],
    [
      "far from each other they do not share",
      [handled("a"), handled("b", FAR)],
      14,
      [["a"], ["b"]],
    ],
    ["seen from far away they do", [handled("a"), handled("b", FAR)], 5, [["a", "b"]]],
  ])("%s", (_, spots, zoom, wanted) => {
    expect(shown(spots, zoom)).toEqual(wanted);
  });

  test("a single one is drawn exactly at its place", () => {
    expect(gather([waits("a")], 12)[0]?.at).toMatchObject(HERE);
  });
});

const spots = fc.array(
  fc.record({
    lon: fc.double({ min: 126.9, max: 127.1, noNaN: true }),
    lat: fc.double({ min: 37.6, max: 37.7, noNaN: true }),
    alone: fc.boolean(),
  }),
  { maxLength: 60 },
);

test("nobody is left out, and whoever waits is alone, at every zoom", () => {
  fc.assert(
    fc.property(spots, fc.integer({ min: 0, max: 20 }), (some, zoom) => {
      const all = some.map((one, n) => ({ ...one, id: String(n) }));
      const markers = gather(all, zoom);
      expect(markers.flatMap(({ ids }) => ids).sort()).toEqual(all.map(({ id }) => id).sort());
      for (const { ids } of markers)
        if (ids.some((id) => all[Number(id)]?.alone)) expect(ids).toHaveLength(1);
    }),
  );
});

test("two markers of one place never lie on each other", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 10, max: 20 }),
      (count, zoom) => {
        const markers = gather(
          Array.from({ length: count }, (_, n) => waits(String(n))),
          zoom,
        );
        const degrees = 360 / (512 * 2 ** zoom);
        const crowd = markers.some((one, n) =>
          markers.slice(n + 1).some(({ at }) => {
            const across = (at.lon - one.at.lon) / degrees;
            const along = (at.lat - one.at.lat) / degrees / Math.cos((HERE.lat * Math.PI) / 180);
            return Math.hypot(across, along) < 20;
          }),
        );
        expect(crowd).toBe(false);
      },
    ),
  );
});
