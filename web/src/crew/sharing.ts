/**
 * Sharing one's position with one project while a shift of one's own runs there. What isn't in the shift is neither kept nor
 * sent, and it ends with the shift: by the clock, by hand, or by a dispatcher's.
 */

import type { Position } from "../contract/types";
import { instant } from "../design/times";
import { now } from "../live/clock";
import type { Realtime } from "../live/realtime";
import { Shelf } from "../live/shelf";
import { Store } from "../live/store";
import { keepAwake } from "./awake";
import { Backlog } from "./backlog";
import { OwnShifts, type OwnShift } from "./ownShifts";
import { Sender } from "./sender";
import { wait, positionOf } from "./track";
import { DENIED, refusal, Whereabouts } from "./whereabouts";

export interface Shared {
  readonly project: string;
  readonly since: number; // ms since 1970
  readonly until: number;
}

export type Sight = "searching" | "found" | "nowhere";

export interface ShareState {
  readonly shared: Shared | null; // null: off
  readonly busy: boolean;
  readonly sight: Sight;
  readonly accuracy: number | null; // m, of the newest fix
  readonly said: string | null; // why it ended, or didn't begin
}

const OFF: ShareState = { shared: null, busy: false, sight: "searching", accuracy: null, said: null };
const CHECK_MS = 60_000; // somebody else may have changed the shift

export class Sharing {
  readonly state = new Store<ShareState>(OFF);
  readonly backlog: Backlog;
  readonly shifts: OwnShifts;
  readonly sender: Sender;
  readonly #shelf = new Shelf<Shared>("sharing");
  readonly #whereabouts = new Whereabouts({ fix: (fix) => this.#fix(fix), doubt: (doubt) => this.#doubt(doubt) });
  readonly #stops: (() => void)[] = [];
  #newest: Position | null = null;
  #last: Position | null = null; // noted
  #due: ReturnType<typeof setTimeout> | undefined;
  #over: ReturnType<typeof setTimeout> | undefined;
  #sleep: () => void = () => {};

  constructor(
    readonly me: string,
    readonly realtime: Realtime,
  ) {
    this.backlog = new Backlog(me);
    this.shifts = new OwnShifts(me);
    this.sender = new Sender(me, realtime, this.backlog, () => void this.#check());
  }

  /** Goes on where the page before left off. */
  start(projects: readonly string[]): void {
    void this.backlog.load(projects).then(() => this.sender.pump());
    const timer = setInterval(() => void this.#check(), CHECK_MS);
    this.#stops.push(
      () => clearInterval(timer),
      this.#shelf.onOthers(() => this.#follow()),
      this.realtime.onJoined((project) => project === this.state.get().shared?.project && void this.#check()),
    );
    this.sender.start();
    const before = this.#shelf.get(this.me);
    if (before && projects.includes(before.project) && now() < before.until) this.#begin(before);
    void this.#check();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#pause();
    this.sender.stop();
  }

  /** Whether it is on now; false when no shift of mine runs and `hours` would begin one. */
  async begin(project: string, hours?: number): Promise<boolean> {
    this.#say({ busy: true, said: null });
    try {
      const said = await refusal();
      if (said) throw new Error(said);
      const shift = hours ? await this.shifts.begin(project, hours) : await this.shifts.ask(project);
      if (shift) this.#begin(within(project, shift));
      return shift !== null;
    } catch (error) {
      this.#say({ said: (error as Error).message });
      return true; // said
    } finally {
      this.#say({ busy: false });
    }
  }

  /** Off, at once; what was noted before is still sent. */
  end(said: string | null = null): void {
    this.#shelf.delete(this.me);
    this.#off(said);
  }

  /** Ends the shift too. Throws Problem. */
  async endShift(project: string): Promise<void> {
    await this.shifts.end(project);
  }

  #begin(shared: Shared): void {
    this.#set(shared);
    this.#say({ said: null, sight: "searching" });
    this.#sleep();
    this.#sleep = keepAwake();
    this.#whereabouts.start();
    this.#arm();
  }

  #off(said: string | null = null): void {
    this.#pause();
    this.state.set({ ...OFF, said });
  }

  #pause(): void {
    this.#whereabouts.stop();
    clearTimeout(this.#due);
    clearTimeout(this.#over);
    this.#sleep();
    this.#sleep = () => {};
    this.#newest = this.#last = null;
  }

  /** Switched on or off in another tab, it is in this one too: off is off. */
  #follow(): void {
    const [here, there] = [this.state.get().shared, this.#shelf.get(this.me)];
    if (!there) return void (here && this.#off());
    if (!here || here.project !== there.project || here.until !== there.until) this.#begin(there);
  }

  /** The shift may have been prolonged, or ended by somebody else, or by the clock. */
  async #check(): Promise<void> {
    const { shared } = this.state.get();
    if (!shared) return;
    if (now() >= shared.until) return this.end("Your shift is over: nobody sees where you are.");
    const shift = await this.shifts.ask(shared.project).catch(() => null);
    if (this.state.get().shared !== shared) return; // switched meanwhile
    if (!shift) return this.end("Your shift was ended: nobody sees where you are.");
    if (shift.until !== shared.until) this.#set(within(shared.project, shift));
  }

  #set(shared: Shared): void {
    this.#say({ shared });
    clearTimeout(this.#over);
    this.#over = setTimeout(() => void this.#check(), shared.until - now());
    try {
      this.#shelf.set(this.me, shared);
    } catch {
      // no room in this browser: it ends with the page
    }
  }

  #fix(fix: GeolocationPosition): void {
    this.#newest = positionOf(fix, now() - Date.now(), this.#whereabouts.battery);
    this.#say({ sight: "found", accuracy: fix.coords.accuracy });
    this.#arm();
  }

  /** Notes the newest fix as soon as it is its turn. */
  #arm(): void {
    clearTimeout(this.#due);
    const { shared } = this.state.get();
    if (!shared || !this.#newest || this.#newest === this.#last) return;
    const at = instant(this.#newest.at);
    if (now() >= shared.until) return void this.#check();
    if (at < shared.since || at >= shared.until) return;
    const ms = wait(this.#last, this.#newest);
    if (ms > 0) {
      this.#due = setTimeout(() => this.#note(shared.project), ms);
      return;
    }
    this.#note(shared.project);
  }

  #note(project: string): void {
    if (!this.#newest) return;
    this.#last = this.#newest;
    this.backlog.add(project, this.#newest);
    this.sender.pump();
  }

  #doubt(doubt: "denied" | "nowhere"): void {
    if (doubt === "denied") this.end(DENIED);
    else this.#say({ sight: "nowhere" });
  }

  #say(change: Partial<ShareState>): void {
    this.state.update((state) => ({ ...state, ...change }));
  }
}

function within(project: string, { since, until }: OwnShift): Shared {
  return { project, since, until };
}
