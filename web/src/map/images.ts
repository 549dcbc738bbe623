/** The markers' pictures, drawn on a canvas when the map first asks for one by its name. */

import { ICONS, type IconName } from "../design/icons";
import type { Palette } from "./palette";

export const RATIO = 2; // pixels per unit: sharp on dense screens
const DISC = 28;
const ARROW = 16;
const PILL = 20;

export interface Look {
  group: "vehicle" | "crew" | "device";
  sign: string; // an icon's name, or up to two letters
  old: "" | "stale" | "silent";
}

export interface Picture {
  data: ImageData;
  options: {
    pixelRatio: number;
    stretchX?: [number, number][];
    stretchY?: [number, number][];
    content?: [number, number, number, number];
  };
}

export function discName({ group, sign, old }: Look): string {
  return ["disc", group, sign, old].join("|");
}

/** The picture of that name, null when it is none of ours. */
export function picture(name: string, colours: Palette): Picture | null {
  const [shape, group = "", sign = "", old = ""] = name.split("|");
  switch (shape) {
    case "disc":
      return disc({ group, sign, old } as Look, colours);
    case "arrow":
      return arrow(group === "crew" ? colours.crew : colours.vehicle, colours.ring);
    case "halo":
      return halo(colours.accent);
    case "pill":
      return pill(colours);
    default:
      return null;
  }
}

function disc({ group, sign, old }: Look, colours: Palette): Picture {
  return drawn(DISC, (pen) => {
    pen.beginPath();
    if (group === "device") pen.roundRect(3, 3, DISC - 6, DISC - 6, 6);
    else pen.arc(DISC / 2, DISC / 2, DISC / 2 - 3, 0, 2 * Math.PI);
    pen.fillStyle = old === "" ? colours[group] : old === "stale" ? colours.stale : colours.land;
    pen.fill();
    pen.lineWidth = 2;
    pen.strokeStyle = old === "silent" ? colours.stale : colours.ring;
    if (old === "silent") pen.setLineDash([3, 2.5]);
    pen.stroke();
    pen.setLineDash([]);
    mark(pen, sign, old === "silent" ? colours.stale : colours["on-marker"]);
  });
}

function mark(pen: CanvasRenderingContext2D, sign: string, colour: string): void {
  pen.fillStyle = pen.strokeStyle = colour;
  if (sign in ICONS) {
    const size = 14;
    pen.translate((DISC - size) / 2, (DISC - size) / 2);
    pen.scale(size / 24, size / 24);
    pen.lineWidth = 2.4;
    pen.lineJoin = pen.lineCap = "round";
    pen.stroke(new Path2D(ICONS[sign as IconName]));
    return;
  }
  pen.font = `700 ${sign.length > 1 ? 10 : 12}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(sign, DISC / 2, DISC / 2 + 0.5);
}

/** Points up; the map sets it outside the disc and turns it to the heading. */
function arrow(fill: string, edge: string): Picture {
  return drawn(ARROW, (pen) => {
    pen.beginPath();
    pen.moveTo(ARROW / 2, 2);
    pen.lineTo(ARROW - 1, 13);
    pen.lineTo(1, 13);
    pen.closePath();
    pen.fillStyle = fill;
    pen.fill();
    pen.lineWidth = 1.5;
    pen.lineJoin = "round";
    pen.strokeStyle = edge;
    pen.stroke();
  });
}

function halo(colour: string): Picture {
  return drawn(40, (pen) => {
    pen.beginPath();
    pen.arc(20, 20, 17.5, 0, 2 * Math.PI);
    pen.lineWidth = 3;
    pen.strokeStyle = colour;
    pen.stroke();
  });
}

/** The plate behind a name, stretched to fit it. */
function pill(colours: Palette): Picture {
  const { data, options } = drawn(PILL, (pen) => {
    pen.beginPath();
    pen.roundRect(0.5, 0.5, PILL - 1, PILL - 1, 5);
    pen.fillStyle = colours.label;
    pen.fill();
    pen.strokeStyle = colours["label-line"];
    pen.stroke();
  });
  const [low, high] = [7 * RATIO, (PILL - 7) * RATIO];
  const inner: [number, number, number, number] = [5 * RATIO, 3 * RATIO, (PILL - 5) * RATIO, (PILL - 3) * RATIO];
  return { data, options: { ...options, stretchX: [[low, high]], stretchY: [[low, high]], content: inner } };
}

function drawn(size: number, draw: (pen: CanvasRenderingContext2D) => void): Picture {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * RATIO;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser draws no canvas");
  pen.scale(RATIO, RATIO);
  draw(pen);
  return { data: pen.getImageData(0, 0, size * RATIO, size * RATIO), options: { pixelRatio: RATIO } };
}
