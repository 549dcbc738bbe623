/** The two programs of the graphics card: markers, which move by themselves, and flat shapes in px. */

const POINTS_VERTEX = `#version 300 es
precision highp float;
precision highp int;
uniform ivec2 u_middle; // of the view, in units
uniform vec2 u_scale; // px in a unit
uniform vec2 u_view; // px
uniform float u_ratio; // pixels in a px
uniform int u_time; // ms
uniform float u_glide; // ms
uniform int u_picture; // 0 discs, 1 marks, 2 arrows, 3 the one given
uniform int u_given;
uniform float u_size; // pixels drawn of each, an even number
uniform float u_orbit; // px from the place towards the heading
uniform uint u_columns; // of slots
uniform float u_slot; // pixels
layout(location = 0) in ivec2 a_to;
layout(location = 1) in ivec2 a_from;
layout(location = 2) in int a_start;
layout(location = 3) in float a_heading;
layout(location = 4) in uint a_pictures;
flat out vec2 v_corner; // of the picture on the sheet, in pixels

void main() {
  uint slot = u_picture == 0 ? a_pictures & 0xffffu : u_picture == 1 ? (a_pictures >> 16) & 0xffu
    : u_picture == 2 ? a_pictures >> 24 : uint(u_given);
  float part = clamp(float(u_time - a_start) / u_glide, 0.0, 1.0);
  vec2 from = vec2(a_from - u_middle) * u_scale;
  vec2 way = vec2(a_to - a_from) * u_scale;
  vec2 place = from + way * part + u_view / 2.0 + u_orbit * vec2(sin(a_heading), -cos(a_heading));
  place = floor(place * u_ratio + 0.5) / u_ratio;
  gl_Position = slot == 0u ? vec4(2.0, 2.0, 2.0, 1.0) : vec4(place / u_view * 2.0 - 1.0, 0.0, 1.0) * vec4(1.0, -1.0, 1.0, 1.0);
  gl_PointSize = u_size;
  v_corner = floor((vec2(float(slot % u_columns), float(slot / u_columns)) + 0.5) * u_slot) - u_size / 2.0;
}`;

/** Pixel by pixel as it was painted: turning and smoothing here would cost too much where there is no graphics card. */
const POINTS_FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D u_sheet;
uniform float u_size;
flat in vec2 v_corner;
out vec4 colour;

void main() {
  colour = texelFetch(u_sheet, ivec2(v_corner + gl_PointCoord * u_size), 0);
}`;

/** Where `a_sheet.x` is negative it is no picture but a line of half that width: `a_sheet.y` is how far one is from its middle. */
const FLAT_VERTEX = `#version 300 es
precision highp float;
uniform vec2 u_view;
layout(location = 0) in vec2 a_place;
layout(location = 1) in vec2 a_sheet;
layout(location = 2) in vec4 a_colour;
out vec2 v_sheet;
out vec4 v_colour;

void main() {
  gl_Position = vec4(a_place / u_view * 2.0 - 1.0, 0.0, 1.0) * vec4(1.0, -1.0, 1.0, 1.0);
  v_sheet = a_sheet;
  v_colour = a_colour;
}`;

const FLAT_FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D u_sheet;
uniform float u_sheet_size;
in vec2 v_sheet;
in vec4 v_colour;
out vec4 colour;

void main() {
  if (v_sheet.x >= 0.0) colour = texture(u_sheet, v_sheet / u_sheet_size);
  else colour = vec4(v_colour.rgb, 1.0) * v_colour.a * clamp(0.5 - v_sheet.x - abs(v_sheet.y), 0.0, 1.0);
}`;

export interface Program {
  use(): void;
  /** Where a uniform is set. */
  at(name: string): WebGLUniformLocation | null;
}

export const points = (gl: WebGL2RenderingContext) => program(gl, POINTS_VERTEX, POINTS_FRAGMENT);
export const flat = (gl: WebGL2RenderingContext) => program(gl, FLAT_VERTEX, FLAT_FRAGMENT);

function program(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
  const made = gl.createProgram();
  gl.attachShader(made, compiled(gl, gl.VERTEX_SHADER, vertex));
  gl.attachShader(made, compiled(gl, gl.FRAGMENT_SHADER, fragment));
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`the graphics card refuses a program: ${gl.getProgramInfoLog(made)}`);
  }
  const places = new Map<string, WebGLUniformLocation | null>();
  return {
    use: () => gl.useProgram(made),
    at(name) {
      if (!places.has(name)) places.set(name, gl.getUniformLocation(made, name));
      return places.get(name) ?? null;
    },
  };
}

function compiled(gl: WebGL2RenderingContext, kind: number, source: string): WebGLShader {
  const shader = gl.createShader(kind);
  if (!shader) throw new Error("the graphics card makes no shader");
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
    throw new Error(`the graphics card refuses a shader: ${gl.getShaderInfoLog(shader)}`);
  }
  return shader;
}
