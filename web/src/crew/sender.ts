/** Sends the fixes of this phone: the newest first, the backlog behind it in arrays, one at a time. */

import { buildTopic } from "../contract/topics";
import type { Position } from "../contract/types";
import { Refused, type Realtime } from "../live/realtime";
import { Store } from "../live/store";
import type { Backlog } from "./backlog";

const AT_ONCE = 500;
const RETRY_MS = 5000;

export class Sender {
  readonly sentAt = new Store<number | null>(null);
  readonly #stops: (() => void)[] = [];
  #atOnce = AT_ONCE;
  #newestFirst = true;
  #pumping = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly me: string,
    readonly realtime: Realtime,
    readonly backlog: Backlog,
    readonly onRefused: () => void,
  ) {}

  start(): void {
    const wake = () => {
      this.#newestFirst = true;
      this.pump();
    };
    this.#stops.push(this.realtime.connection.subscribe(wake));
    wake();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    clearTimeout(this.#timer);
  }

  /** Sends what there is as long as it can; what can't go now stays. */
  pump(): void {
    if (!this.#pumping) void this.#pump();
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    clearTimeout(this.#timer);
    for (let project; this.#isLive && (project = this.backlog.projects()[0]) !== undefined; ) {
      if (!(await this.#send(project, this.#next(project)))) {
        this.#timer = setTimeout(() => this.pump(), RETRY_MS);
        break;
      }
    }
    this.#pumping = false;
  }

  get #isLive(): boolean {
    return this.realtime.connection.get().phase === "live";
  }

  #next(project: string): readonly Position[] {
    const track = this.backlog.of(project);
    return this.#newestFirst ? track.slice(-1) : track.slice(0, this.#atOnce);
  }

  /** Whether that is dealt with and others may follow. */
  async #send(project: string, fixes: readonly Position[]): Promise<boolean> {
    try {
      await this.realtime.publish(buildTopic(project, "position", this.me), fixes.length === 1 ? fixes[0] : fixes);
    } catch (error) {
      if (!(error instanceof Refused)) return false;
      this.#refused(project, fixes);
      return true;
    }
    this.backlog.remove(project, fixes);
    this.#newestFirst = false;
    this.#atOnce = Math.min(AT_ONCE, this.#atOnce * 2);
    this.sentAt.set(Date.now());
    return true;
  }

  /** An array is refused for one fix outside the shift, so its halves are tried; the first that is outside ends it. */
  #refused(project: string, fixes: readonly Position[]): void {
    this.onRefused();
    if (fixes.length > 1) {
      this.#atOnce = Math.ceil(fixes.length / 2);
      return;
    }
    this.backlog.remove(project, this.#newestFirst ? fixes : this.backlog.of(project));
    this.#newestFirst = false;
    this.#atOnce = AT_ONCE;
  }
}
