/** What needs somebody, and why, in a dispatcher's words; the worst first. */

import { clock } from "../design/times";
import { kmh } from "../design/units";
import { isGone, STALE_MS, stateOf } from "./activity";
import type { Mover } from "./movers";
import type { Fix } from "./positions";
import type { Presences } from "./presence";

export interface Need {
  readonly mover: Mover;
  readonly troubles: readonly Trouble[];
  readonly weight: number; // of the heaviest
  readonly urgent: boolean;
}

export interface Trouble {
  readonly weight: number; // the heavier, the worse
  readonly since: number; // ms since 1970
  readonly words: () => string; // made for what is shown only: a clock costs more than all the rest
}

const LOW_BATTERY = 15; // %
const EMPTY_BATTERY = 5;
const NEWS_MS = 24 * 3_600_000; // silent for longer than that is no news to anybody
const DROVE = 1; // m/s
const URGENT = 3; // a weight

type Online = Presences[string] | undefined;
type Check = (mover: Mover, fix: Fix | undefined, online: Online, now: number) => Trouble | null;

/** Crew go home and switch off; vehicles and devices are there to report. */
const CHECKS: readonly Check[] = [lostOnTheRoad, gone, offlineUnplaced, lowBattery];

/** O(n) in movers. `now` is when the server was heard last: while one's own line is dead, nobody else is silent. */
export function attention(
  movers: readonly Mover[],
  fixOf: (slug: string) => Fix | undefined,
  presences: Presences,
  now: number,
): Need[] {
  const needs: Need[] = [];
  for (const mover of movers) {
    const [fix, online] = [fixOf(mover.slug), presences[mover.slug]];
    const troubles = CHECKS.map((check) => check(mover, fix, online, now)).filter((trouble) => trouble !== null);
    if (troubles.length === 0) continue;
    const weight = Math.max(...troubles.map((trouble) => trouble.weight));
    needs.push({ mover, troubles, weight, urgent: weight >= URGENT });
  }
  return needs.sort((a, b) => b.weight - a.weight || since(a) - since(b));
}

export function reasonOf({ troubles }: Need): string {
  return troubles.map(({ words }) => words()).join(" · ");
}

function since({ troubles }: Need): number {
  return troubles[0]?.since ?? 0;
}

function lostOnTheRoad({ group }: Mover, fix: Fix | undefined, _: Online, now: number): Trouble | null {
  if (group !== "vehicle" || !fix || (fix.speed ?? 0) < DROVE || !isNews(fix.at, now)) return null;
  if (now - fix.at <= STALE_MS) return null;
  const words = () => `Lost at ${clock(fix.at, now)}, doing ${kmh(fix.speed ?? 0)}`;
  return { weight: 4, since: fix.at, words };
}

function gone(mover: Mover, fix: Fix | undefined, online: Online, now: number): Trouble | null {
  if (mover.group === "crew" || !fix || !isNews(fix.at, now)) return null;
  const state = stateOf(fix, online?.online, now);
  if (!isGone(state) || lostOnTheRoad(mover, fix, online, now)) return null;
  const how = state === "offline" ? "Offline" : online?.online === true ? "Connected, no position" : "Silent";
  return { weight: 2, since: fix.at, words: () => `${how} since ${clock(fix.at, now)}` };
}

/** A scanner or a reader has no position to be missed; its connection says that it is gone. */
function offlineUnplaced({ group }: Mover, fix: Fix | undefined, online: Online, now: number): Trouble | null {
  if (group === "crew" || fix || online?.online !== false) return null;
  const { at } = online;
  if (at === null) return { weight: 2, since: now, words: () => "Offline" };
  return isNews(at, now) ? { weight: 2, since: at, words: () => `Offline since ${clock(at, now)}` } : null;
}

function lowBattery({ group }: Mover, fix: Fix | undefined, online: Online, now: number): Trouble | null {
  if (!fix || fix.battery === null || fix.battery >= LOW_BATTERY || !isNews(fix.at, now)) return null;
  if (group === "crew" && isGone(stateOf(fix, online?.online, now))) return null;
  const { battery } = fix;
  return { weight: battery < EMPTY_BATTERY ? 3 : 1, since: fix.at, words: () => `Battery ${Math.round(battery)} %` };
}

function isNews(at: number, now: number): boolean {
  return now - at < NEWS_MS;
}
