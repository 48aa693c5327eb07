// Come here for the few expressions from which the map's layers are painted.
import type { ExpressionSpecification } from "maplibre-gl";

// The page must work without a network: no glyphs address, so MapLibre draws with the screen's fonts.
export const font = ["Noto Sans KR", "NanumGothic", "Malgun Gothic", "Apple SD Gothic Neo"];

/** A colour for each value of a property, from a table. */
export function colours(
  of: ExpressionSpecification,
  table: Record<string, string>,
  otherwise: string,
) {
  return [
    "match",
    of,
    ...Object.entries(table).flat(),
    otherwise,
  ] as unknown as ExpressionSpecification;
}

/** Sizes that grow as one comes closer: zoom, size, zoom, size … */
export const by_zoom = (...stops: number[]): ExpressionSpecification =>
  ["interpolate", ["exponential", 1.6], ["zoom"], ...stops] as unknown as ExpressionSpecification;
