/** When a shift ends, and the clocks that say it. */

import { clock } from "../design/times";

const DAY_MS = 86_400_000;

/** "04:40"; with the day only when that is more than a day away. */
export function until(at: number, now: number): string {
  return clock(at, at - now < DAY_MS ? at : now);
}

/** How many hours from `now` until the clock on the wall says `time` ("06:00") next; null when it is no time. */
export function hoursUntil(time: string, now: Date): number | null {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  if (hour === undefined || minute === undefined) return null;
  const then = new Date(now);
  then.setHours(Number(hour), Number(minute), 0, 0);
  if (then <= now) then.setDate(then.getDate() + 1);
  const hours = (then.getTime() - now.getTime()) / 3_600_000;
  return Math.min(hours, 24); // a day may have 25
}
