/** Two short sounds that can be told apart with one's back to the screen. */

export type Sound = "mention" | "critical";

interface Tone {
  readonly hertz: number;
  readonly at: number; // s
}

interface Melody {
  readonly wave: OscillatorType;
  readonly loud: number;
  readonly tones: readonly Tone[];
}

const TONE_S = 0.16;

const MELODIES: Record<Sound, Melody> = {
  mention: { wave: "sine", loud: 0.12, tones: [{ hertz: 660, at: 0 }, { hertz: 880, at: 0.11 }] },
  critical: {
    wave: "triangle",
    loud: 0.2,
    tones: [{ hertz: 587, at: 0 }, { hertz: 440, at: 0.16 }, { hertz: 587, at: 0.32 }],
  },
};

let context: AudioContext | undefined;

/** Plays it; without a word where the browser has no sound, or allows none before somebody has touched the page. */
export async function play(sound: Sound): Promise<void> {
  if (typeof AudioContext === "undefined" || !navigator.userActivation?.hasBeenActive) return;
  context ??= new AudioContext();
  await context.resume();
  const { wave, loud, tones } = MELODIES[sound];
  for (const tone of tones) sing(context, wave, loud, tone);
}

/** One tone that begins and ends softly. */
function sing(audio: AudioContext, wave: OscillatorType, loud: number, { hertz, at }: Tone): void {
  const start = audio.currentTime + at;
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.linearRampToValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(loud, start + 0.01);
  volume.gain.exponentialRampToValueAtTime(0.001, start + TONE_S);
  const tone = new OscillatorNode(audio, { type: wave, frequency: hertz });
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + TONE_S);
}
