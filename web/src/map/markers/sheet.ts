/** A texture on the graphics card that pictures are painted on, one by one. */

export class Sheet {
  readonly texture: WebGLTexture;
  readonly #scratch = document.createElement("canvas");

  /** Square, `size` px wide, each of `ratio` pixels. */
  constructor(
    readonly gl: WebGL2RenderingContext,
    readonly size: number,
    readonly ratio: number,
  ) {
    this.texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, Math.ceil(size * ratio), Math.ceil(size * ratio));
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, filter, gl.LINEAR);
  }

  /** Replaces a part of it; the pen's unit is a px, its origin the part's upper left corner. */
  paint(x: number, y: number, width: number, height: number, draw: (pen: CanvasRenderingContext2D) => void): void {
    const { gl, ratio } = this;
    this.#scratch.width = Math.ceil(width * ratio);
    this.#scratch.height = Math.ceil(height * ratio);
    const pen = this.#scratch.getContext("2d", { willReadFrequently: true });
    if (!pen) throw new Error("this browser draws no canvas");
    pen.scale(ratio, ratio);
    draw(pen);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.texSubImage2D(
      gl.TEXTURE_2D,
      0,
      Math.round(x * ratio),
      Math.round(y * ratio),
      gl.RGBA,
      gl.UNSIGNED_BYTE,
      this.#scratch,
    );
  }
}
