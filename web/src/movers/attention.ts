/** What needs somebody, and why, in a dispatcher's words; the worst first. */

import { clock } from "../design/times";
import { kmh } from "../design/units";
import { STALE_MS, stateOf } from "./activity";
import type { Mover } from "./movers";
import type { Fix } from "./positions";
import type { Presences } from "./presence";

export interface Need {
  readonly mover: Mover;
  readonly reason: string;
  readonly urgent: boolean;
  readonly since: number; // ms since 1970
}

const LOW_BATTERY = 15; // %
const EMPTY_BATTERY = 5;
const NEWS_MS = 24 * 3_600_000; // silent for longer than that is no news to anybody
const DROVE = 1; // m/s

/** A trouble of one mover, its weight (the heavier, the worse), and since when. */
interface Trouble {
  weight: number;
  reason: string;
  since: number;
}

type Online = Presences[string] | undefined;
type Check = (mover: Mover, fix: Fix | undefined, online: Online, now: number) => Trouble | null;

/** Crew go home and switch off; vehicles and devices are there to report. */
const CHECKS: readonly Check[] = [lostOnTheRoad, silent, offline, lowBattery];

/** O(n) in movers. `now` is when was last heard from the server: while one's own line is dead, nobody else is silent. */
export function attention(
  movers: readonly Mover[],
  fixOf: (slug: string) => Fix | undefined,
  presences: Presences,
  now: number,
): Need[] {
  const needs: (Need & { weight: number })[] = [];
  for (const mover of movers) {
    const troubles = CHECKS.flatMap((check) => check(mover, fixOf(mover.slug), presences[mover.slug], now) ?? []);
    const [worst] = troubles;
    if (!worst) continue;
    const reason = troubles.map((trouble) => trouble.reason).join(" · ");
    const weight = Math.max(...troubles.map((trouble) => trouble.weight));
    needs.push({ mover, reason, since: worst.since, urgent: weight >= URGENT, weight });
  }
  return needs.sort((a, b) => b.weight - a.weight || a.since - b.since);
}

const URGENT = 3;

function lostOnTheRoad({ group }: Mover, fix: Fix | undefined, _: Online, now: number): Trouble | null {
  if (group !== "vehicle" || !fix || (fix.speed ?? 0) < DROVE || !isNews(fix.at, now)) return null;
  if (now - fix.at <= STALE_MS) return null;
  return { weight: 4, reason: `Lost at ${clock(fix.at, now)}, doing ${kmh(fix.speed ?? 0)}`, since: fix.at };
}

function silent(mover: Mover, fix: Fix | undefined, online: Online, now: number): Trouble | null {
  if (mover.group === "crew" || !fix || !isNews(fix.at, now)) return null;
  if (stateOf(fix, online?.online, now) !== "silent" || lostOnTheRoad(mover, fix, online, now)) return null;
  const connected = online?.online === true ? "Connected, no position" : "Silent";
  return { weight: 2, reason: `${connected} since ${clock(fix.at, now)}`, since: fix.at };
}

/** A scanner or a reader has no position to be missed; its connection says that it is gone. */
function offline({ group }: Mover, fix: Fix | undefined, online: Online, now: number): Trouble | null {
  if (group === "crew" || fix || online?.online !== false) return null;
  if (online.at !== null && !isNews(online.at, now)) return null;
  return { weight: 2, reason: online.at === null ? "Offline" : `Offline since ${clock(online.at, now)}`, since: online.at ?? now };
}

function lowBattery({ group }: Mover, fix: Fix | undefined, online: Online, now: number): Trouble | null {
  if (!fix || fix.battery === null || fix.battery >= LOW_BATTERY || !isNews(fix.at, now)) return null;
  if (group === "crew" && stateOf(fix, online?.online, now) === "silent") return null;
  const weight = fix.battery < EMPTY_BATTERY ? 3 : 1;
  return { weight, reason: `Battery ${Math.round(fix.battery)} %`, since: fix.at };
}

function isNews(at: number, now: number): boolean {
  return now - at < NEWS_MS;
}
