// Come here for the marks around lamps: told apart by their shape, and only then by their colour.
import type { Map as MapLibre } from "maplibre-gl";
import type { Answer } from "./lamplight.js";
import { answer_colour, night } from "./palette.js";

/** Pixels of a mark's side; drawn at twice the size for sharp screens. */
const SIDE = 36;
const SHARPNESS = 2;

type Pen = CanvasRenderingContext2D;

/** A tick, three dots, a cross, a dash: in the corner of the ring. */
const signs: Record<Answer, (pen: Pen) => void> = {
  seen: (pen) => stroke(pen, [23, 29], [26, 32], [32, 24]),
  waiting: (pen) => {
    for (const x of [24, 28, 32]) dot(pen, x, 28);
  },
  failed: (pen) => {
    stroke(pen, [24, 24], [32, 32]);
    stroke(pen, [32, 24], [24, 32]);
  },
  unasked: (pen) => stroke(pen, [24, 28], [32, 28]),
};

export function add_marks(map: MapLibre): void {
  for (const mark of Object.keys(signs) as Answer[]) {
    map.addImage(`answer-${mark}`, draw_mark(mark), { pixelRatio: SHARPNESS });
  }
}

function draw_mark(mark: Answer): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE * SHARPNESS;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser draws no canvas");
  pen.scale(SHARPNESS, SHARPNESS);
  draw_ring(pen, mark);
  draw_sign(pen, mark);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function draw_ring(pen: Pen, mark: Answer): void {
  pen.lineWidth = 2.5;
  pen.strokeStyle = answer_colour[mark];
  // Only a lamp that answered has a closed ring.
  pen.setLineDash(mark === "seen" ? [] : [4, 3]);
  pen.beginPath();
  pen.arc(SIDE / 2, SIDE / 2, 13, 0, 2 * Math.PI);
  pen.stroke();
}

function draw_sign(pen: Pen, mark: Answer): void {
  pen.setLineDash([]);
  pen.fillStyle = answer_colour[mark];
  pen.beginPath();
  pen.arc(28, 28, 8, 0, 2 * Math.PI);
  pen.fill();
  pen.strokeStyle = pen.fillStyle = night;
  pen.lineCap = "round";
  signs[mark](pen);
}

function stroke(pen: Pen, [x, y]: [number, number], ...rest: [number, number][]): void {
  pen.beginPath();
  pen.moveTo(x, y);
  for (const [to_x, to_y] of rest) pen.lineTo(to_x, to_y);
  pen.stroke();
}

function dot(pen: Pen, x: number, y: number): void {
  pen.beginPath();
  pen.arc(x, y, 1.4, 0, 2 * Math.PI);
  pen.fill();
}
