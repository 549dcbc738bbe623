/**
 * A canvas of our own above the map's: while the ground stands still only markers are drawn, which is what makes thousands of
 * them smooth where the processor does the graphics. Markers are points, not instances: there, each instance costs a draw.
 */

import type { Map as MapLibre } from "maplibre-gl";
import { FlatShapes, VERTEX } from "./flatShapes";
import { GLIDE_MS, ROW, type Instances } from "./instances";
import type { Palette } from "../palette";
import type { View } from "../plane";
import { Plates } from "./plates";
import { flat, points, type Program } from "./shaders";
import type { Sheet } from "./sheet";
import { COLUMNS, SLOT, Sprites } from "./sprites";

export interface Picture {
  readonly time: number; // ms
  readonly view: View;
  readonly crowd: number; // px of a marker in it, 0 when they are few
  readonly selected: number | undefined; // its row
}

interface Drawn {
  readonly picture: 0 | 1 | 2 | 3; // as in the shader
  readonly size: number; // px
  readonly orbit?: number;
  readonly given?: number;
}

const DISCS: Drawn = { picture: 0, size: 32 };
const ARROWS: Drawn = { picture: 2, size: 20, orbit: 17 };
const HALO: Drawn = { picture: 3, size: SLOT };

export class Overlay {
  readonly gl: WebGL2RenderingContext;
  readonly sprites: Sprites;
  readonly plates: Plates;
  readonly under = new FlatShapes();
  readonly over = new FlatShapes();
  readonly #canvas = document.createElement("canvas");
  readonly #points: Program;
  readonly #flat: Program;
  readonly #rows: WebGLBuffer;
  readonly #vertices: WebGLBuffer;
  #room = 0; // words in the buffer of rows

  /** `onLost` is told when the graphics card has forgotten everything and is there again: make another one. */
  constructor(
    readonly map: MapLibre,
    colours: Palette,
    onLost: () => void,
  ) {
    const gl = this.#canvas.getContext("webgl2", { antialias: false, depth: false, stencil: false });
    if (!gl) throw new Error("this browser has no WebGL 2");
    this.gl = gl;
    this.#canvas.className = "markers";
    this.#canvas.ariaHidden = "true";
    this.#canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.#canvas.addEventListener("webglcontextrestored", onLost);
    map.getCanvas().after(this.#canvas);
    this.sprites = new Sprites(gl, map.getPixelRatio(), colours);
    this.plates = new Plates(gl, map.getPixelRatio(), colours);
    [this.#points, this.#flat] = [points(gl), flat(gl)];
    [this.#rows, this.#vertices] = [gl.createBuffer(), gl.createBuffer()];
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  draw(picture: Picture, instances: Instances): void {
    const { gl } = this;
    this.#fit();
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    this.#shapes(this.under, this.plates.sheet, picture.view);
    this.#markers(picture, instances);
    this.#shapes(this.over, this.plates.sheet, picture.view);
  }

  /** How strong everything on it is seen, 1 at most. */
  fade(opacity: number): void {
    this.#canvas.style.opacity = String(opacity);
  }

  destroy(): void {
    this.#canvas.remove();
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  /** As large as the map. */
  #fit(): void {
    const ground = this.map.getCanvas();
    if (this.#canvas.width !== ground.width || this.#canvas.height !== ground.height) {
      [this.#canvas.width, this.#canvas.height] = [ground.width, ground.height];
      Object.assign(this.#canvas.style, {
        position: "absolute",
        inset: "0 auto auto 0",
        pointerEvents: "none",
        width: ground.style.width,
        height: ground.style.height,
      });
    }
    this.gl.viewport(0, 0, ground.width, ground.height);
  }

  #markers({ time, view, crowd, selected }: Picture, instances: Instances): void {
    const { gl } = this;
    this.#send(instances);
    if (instances.count === 0) return;
    this.#points.use();
    this.#uniforms(this.#points, this.sprites.sheet, view);
    gl.uniform2i(this.#points.at("u_middle"), view.x, view.y);
    gl.uniform2f(this.#points.at("u_scale"), view.scaleX, view.scaleY);
    gl.uniform1f(this.#points.at("u_ratio"), this.map.getPixelRatio());
    gl.uniform1i(this.#points.at("u_time"), time);
    gl.uniform1f(this.#points.at("u_glide"), GLIDE_MS);
    if (crowd > 0) this.#pass({ picture: 1, size: crowd }, 0, instances.count);
    else for (const pass of [ARROWS, DISCS]) this.#pass(pass, 0, instances.count);
    if (selected === undefined) return;
    for (const pass of [{ ...HALO, given: this.sprites.halo() }, ARROWS, DISCS]) this.#pass(pass, selected, 1);
  }

  #pass({ picture, size, orbit = 0, given = 0 }: Drawn, first: number, count: number): void {
    const { gl } = this;
    const { ratio } = this.sprites.sheet;
    gl.uniform1i(this.#points.at("u_picture"), picture);
    gl.uniform1i(this.#points.at("u_given"), given);
    gl.uniform1f(this.#points.at("u_size"), 2 * Math.round((size * ratio) / 2));
    gl.uniform1f(this.#points.at("u_orbit"), orbit);
    gl.uniform1ui(this.#points.at("u_columns"), COLUMNS);
    gl.uniform1f(this.#points.at("u_slot"), SLOT * ratio);
    gl.drawArrays(gl.POINTS, first, count);
  }

  /** What changed of the rows goes to the card, and how they are laid out. */
  #send(instances: Instances): void {
    const { gl } = this;
    const { words } = instances;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#rows);
    const changed = instances.changed();
    if (words.length !== this.#room) {
      this.#room = words.length;
      gl.bufferData(gl.ARRAY_BUFFER, words, gl.DYNAMIC_DRAW);
    } else if (changed) {
      gl.bufferSubData(gl.ARRAY_BUFFER, changed.from * ROW * 4, words, changed.from * ROW, (changed.to - changed.from) * ROW);
    }
    for (let attribute = 0; attribute < 5; attribute++) gl.enableVertexAttribArray(attribute);
    gl.vertexAttribIPointer(0, 2, gl.INT, ROW * 4, 0);
    gl.vertexAttribIPointer(1, 2, gl.INT, ROW * 4, 8);
    gl.vertexAttribIPointer(2, 1, gl.INT, ROW * 4, 16);
    gl.vertexAttribPointer(3, 1, gl.FLOAT, false, ROW * 4, 20);
    gl.vertexAttribIPointer(4, 1, gl.UNSIGNED_INT, ROW * 4, 24);
  }

  #shapes(shapes: FlatShapes, sheet: Sheet, view: View): void {
    if (shapes.count === 0) return;
    const { gl } = this;
    this.#flat.use();
    this.#uniforms(this.#flat, sheet, view);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#vertices);
    gl.bufferData(gl.ARRAY_BUFFER, shapes.floats, gl.STREAM_DRAW, 0, shapes.count * VERTEX);
    for (let attribute = 0; attribute < 5; attribute++) {
      if (attribute < 3) gl.enableVertexAttribArray(attribute);
      else gl.disableVertexAttribArray(attribute);
    }
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, VERTEX * 4, 0);
    gl.vertexAttribPointer(1, 2, gl.FLOAT, false, VERTEX * 4, 8);
    gl.vertexAttribPointer(2, 4, gl.UNSIGNED_BYTE, true, VERTEX * 4, 16);
    gl.drawArrays(gl.TRIANGLES, 0, shapes.count);
  }

  #uniforms(program: Program, sheet: Sheet, view: View): void {
    const { gl } = this;
    gl.bindTexture(gl.TEXTURE_2D, sheet.texture);
    gl.uniform1f(program.at("u_sheet_size"), sheet.size);
    gl.uniform2f(program.at("u_view"), view.width, view.height);
  }
}
