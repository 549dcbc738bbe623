/** How a scan sounds and feels, so that nobody has to look: no two are alike. */

import { Shelf } from "../live/shelf";
import { Store } from "../live/store";
import type { Verdict } from "./scans";

type Tone = readonly [hertz: number, at: number, lasts: number]; // ms

interface Signal {
  readonly wave: OscillatorType;
  readonly tones: readonly Tone[];
  readonly vibration: readonly number[]; // ms: on, off, on, …
}

export const SIGNALS: Readonly<Record<Verdict, Signal>> = {
  waiting: { wave: "sine", tones: [[740, 0, 50]], vibration: [20] },
  ok: {
    wave: "sine",
    tones: [
      [880, 0, 90],
      [1320, 100, 160],
    ],
    vibration: [70],
  },
  duplicate: {
    wave: "triangle",
    tones: [
      [660, 0, 80],
      [660, 130, 80],
    ],
    vibration: [40, 60, 40],
  },
  wrong_project: {
    wave: "square",
    tones: [
      [520, 0, 140],
      [390, 160, 140],
      [260, 320, 260],
    ],
    vibration: [180, 80, 180],
  },
  unknown: { wave: "sawtooth", tones: [[220, 0, 450]], vibration: [400] },
  refused: {
    wave: "square",
    tones: [
      [170, 0, 110],
      [170, 150, 110],
      [170, 300, 110],
    ],
    vibration: [90, 60, 90, 60, 90],
  },
};

export interface Loudness {
  readonly on: boolean;
  readonly volume: number; // 0-1
}

const shelf = new Shelf<Loudness>("sounds");
const KEY = "loudness";
export const loudness = new Store<Loudness>(shelf.get(KEY) ?? { on: true, volume: 0.7 });

export function setLoudness(change: Partial<Loudness>): void {
  loudness.update((known) => ({ ...known, ...change }));
  try {
    shelf.set(KEY, loudness.get());
  } catch {
    // no room in this browser: until the page ends
  }
}

let context: AudioContext | null = null;

/** A browser plays nothing until the page has been touched: call it from a click or a key. */
export function allowSound(): void {
  context ??= typeof AudioContext === "undefined" ? null : new AudioContext();
  if (context?.state === "suspended") void context.resume();
}

export function give(verdict: Verdict): void {
  const { wave, tones, vibration } = SIGNALS[verdict];
  navigator.vibrate?.([...vibration]);
  const { on, volume } = loudness.get();
  if (!on || !context) return;
  for (const tone of tones) play(context, wave, tone, volume);
}

const EDGE_S = 0.008; // of a tone, or it clicks

function play(context: AudioContext, wave: OscillatorType, [hertz, at, lasts]: Tone, volume: number): void {
  const begin = context.currentTime + at / 1000;
  const end = begin + lasts / 1000;
  const oscillator = new OscillatorNode(context, { type: wave, frequency: hertz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, begin);
  gain.gain.linearRampToValueAtTime(volume, begin + EDGE_S);
  gain.gain.setValueAtTime(volume, end - EDGE_S);
  gain.gain.linearRampToValueAtTime(0, end);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(begin);
  oscillator.stop(end);
}
