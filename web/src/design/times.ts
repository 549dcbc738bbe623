/** Moments and ages in a dispatcher's words. */

import type { Time } from "../contract/types";

/** Milliseconds since 1970, NaN when it is no time. */
export function instant(at: Time): number {
  return typeof at === "number" ? at * 1000 : Date.parse(at);
}

/** How long ago, short enough for a column: "now", "4 s", "3 min", "2 h", "5 d". */
export function age(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return "now";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

export function ago(ms: number): string {
  const text = age(ms);
  return text === "now" ? text : `${text} ago`;
}

/** The clock on the wall, with the day when it isn't today: "23:12", "Sat 23:12", "12 Aug 23:12". */
export function clock(at: number, now: number): string {
  const time = new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (new Date(at).toDateString() === new Date(now).toDateString()) return time;
  const recent = now - at < 6 * 86_400_000;
  const day: Intl.DateTimeFormatOptions = recent ? { weekday: "short" } : { day: "numeric", month: "short" };
  return `${new Date(at).toLocaleDateString("en-GB", day)} ${time}`;
}

/** In full, for a hover. */
export function absolute(at: number): string {
  if (Number.isNaN(at)) return "";
  return new Date(at).toLocaleString("en-GB", { dateStyle: "full", timeStyle: "medium" });
}
