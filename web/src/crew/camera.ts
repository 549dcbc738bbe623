/** The camera at the back of the phone, and the part of its picture that is looked at. */

import type { Code } from "./reader";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Crop extends Size {
  readonly x: number;
  readonly y: number;
}

export const FRAME: Size = { width: 0.84, height: 0.6 }; // of the box that shows the picture, as in crew.css
const MARGIN = 1.1; // around the frame
const WIDEST = 960; // px; more only takes longer to read
const EVERY_MS = 140;
const REST_MS = 40; // between two tries, for the page
const GONE_MS = 2000; // out of view for so long, it may come again

/** Opens it. Throws Error with words for the person who holds the phone. */
export async function openCamera(): Promise<MediaStream> {
  if (!isSecureContext) throw new Error("A browser shows the camera only to a page that came over https.");
  try {
    const video = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
    return await navigator.mediaDevices.getUserMedia({ video, audio: false });
  } catch (error) {
    throw new Error(WORDS[(error as DOMException).name] ?? `The camera doesn't start: ${(error as Error).message}`);
  }
}

const WORDS: Readonly<Record<string, string>> = {
  NotAllowedError: "This phone doesn't show its camera: allow it for this site in the browser's settings.",
  NotFoundError: "There is no camera here. Type the code instead.",
  NotReadableError: "Something else has the camera: close it and try again.",
};

export async function isAllowed(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: "camera" as PermissionName })).state === "granted";
  } catch {
    return false; // a browser that doesn't say
  }
}

/** Whether its lamp can be switched. */
export function hasTorch([track]: readonly MediaStreamTrack[]): boolean {
  return Boolean(track?.getCapabilities && (track.getCapabilities() as { torch?: boolean }).torch);
}

export async function setTorch([track]: readonly MediaStreamTrack[], on: boolean): Promise<void> {
  await track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
}

/** The frame in the picture's own pixels; the picture covers the box, its middle in the middle. */
export function cropOf(picture: Size, box: Size): Crop {
  const scale = Math.max(box.width / picture.width, box.height / picture.height);
  const width = Math.min(picture.width, (box.width * FRAME.width * MARGIN) / scale);
  const height = Math.min(picture.height, (box.height * FRAME.height * MARGIN) / scale);
  return { x: (picture.width - width) / 2, y: (picture.height - height) / 2, width, height };
}

/** What stays in view is seen once, until it has been gone for a while. */
export class InView {
  readonly #seen = new Map<string, number>();

  isNew(text: string, at: number): boolean {
    const before = this.#seen.get(text) ?? -Infinity;
    this.#seen.set(text, at);
    return at - before > GONE_MS;
  }
}

/** Looks at the video about seven times a second until told otherwise; each code once while it is in view. */
export async function watch(video: HTMLVideoElement, onCode: (code: Code) => void, over: AbortSignal): Promise<void> {
  const { prepare, read } = await import("./reader");
  await prepare();
  const look = looker();
  const view = new InView();
  while (!over.aborted) {
    const begun = performance.now();
    const picture = look(video);
    const code = picture && (await read(picture));
    if (code && !over.aborted && view.isNew(code.text, performance.now())) onCode(code);
    await new Promise((rest) => setTimeout(rest, Math.max(REST_MS, begun + EVERY_MS - performance.now())));
  }
}

function looker(): (video: HTMLVideoElement) => ImageData | null {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return (video) => {
    if (!context || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.clientWidth === 0) return null;
    const picture = { width: video.videoWidth, height: video.videoHeight };
    const { x, y, width, height } = cropOf(picture, { width: video.clientWidth, height: video.clientHeight });
    const scale = Math.min(1, WIDEST / width);
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.drawImage(video, x, y, width, height, 0, 0, canvas.width, canvas.height);
    return context.getImageData(0, 0, canvas.width, canvas.height);
  };
}
