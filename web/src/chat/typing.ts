/** Who is writing right now. */

import { buildTopic } from "../contract/topics";
import type { Realtime } from "../live/realtime";
import { Store } from "../live/store";

const AGAIN_MS = 3000; // while one writes, it is said so no more often
const SHOWN_MS = 5000;

export class Typing {
  readonly writers = new Store<readonly string[]>([]); // others', in the order they began
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #saidAt = -Infinity;

  constructor(
    readonly project: string,
    readonly me: string,
    readonly realtime: Realtime,
  ) {}

  close(): void {
    for (const writer of [...this.#timers.keys()]) this.stopped(writer);
  }

  heard(writer: string): void {
    if (writer === this.me) return;
    clearTimeout(this.#timers.get(writer));
    this.#timers.set(writer, setTimeout(() => this.stopped(writer), SHOWN_MS));
    this.writers.update((writers) => (writers.includes(writer) ? writers : [...writers, writer]));
  }

  /** They have sent it, or let it be. */
  stopped(writer: string): void {
    clearTimeout(this.#timers.get(writer));
    if (this.#timers.delete(writer)) this.writers.update((writers) => writers.filter((each) => each !== writer));
  }

  /** One is writing oneself. */
  write(): void {
    if (Date.now() - this.#saidAt < AGAIN_MS) return;
    this.#saidAt = Date.now();
    this.realtime.publish(buildTopic(this.project, "typing", this.me), {}).catch(() => {}); // nobody misses it
  }

  /** What one was writing is sent: the next word is news again. */
  done(): void {
    this.#saidAt = -Infinity;
  }
}

/** "Anouk is writing…", by first names. */
export function writingWords(names: readonly string[]): string {
  const [one, two, ...others] = names.map((name) => name.split(" ")[0] ?? name);
  if (one === undefined) return "";
  if (two === undefined) return `${one} is writing…`;
  if (others.length === 0) return `${one} and ${two} are writing…`;
  return `${one}, ${two} and ${others.length} more are writing…`;
}
