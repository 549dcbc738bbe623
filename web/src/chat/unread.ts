/** What one hasn't read: what the server counts of what is stored, and what was heard that it can't have counted. */

import type { Unread, UnreadCount } from "../contract/types";

/** A message of somebody else that was heard live. */
export interface HeardLive {
  readonly mentions: boolean; // oneself
  readonly stored: boolean; // as far as is known
  readonly read: boolean; // or taken back: it counts no more
}

export interface Tally {
  readonly answer: Unread;
  readonly heard: ReadonlyMap<string, HeardLive>; // by id, in order of hearing
}

/** The numbers to show, and the id of the oldest message unread. */
export interface Count extends UnreadCount {
  readonly first: string | null;
}

export const NONE: Unread = { count: 0, mentions: 0, ids: [], first: null };
export const NO_TALLY: Tally = { answer: NONE, heard: new Map() };

export function heardLive(tally: Tally, id: string, mentions: boolean): Tally {
  return tally.heard.has(id) ? tally : put(tally, [[id, { mentions, stored: false, read: false }]]);
}

/** A message that was taken back is nothing to read any more. */
export function takenBack(tally: Tally, id: string, mentions: boolean): Tally {
  return put(tally, [[id, { mentions, stored: tally.heard.get(id)?.stored ?? true, read: true }]]);
}

export function nowStored(tally: Tally, ids: readonly string[]): Tally {
  const named = new Set(ids);
  const known = [...tally.heard].filter(([id]) => named.has(id));
  return put(tally, known.map(([id, heard]) => [id, { ...heard, stored: true }]));
}

/** The server's answer, with those it must have known of when it was asked: the others still count beside it. */
export function answered(tally: Tally, answer: Unread, counted: ReadonlySet<string>): Tally {
  return { answer, heard: new Map([...tally.heard].filter(([id]) => !counted.has(id))) };
}

/** Ids that the server knows of from now on. */
export function storedIds({ heard }: Tally): ReadonlySet<string> {
  return new Set([...heard].filter(([, { stored }]) => stored).map(([id]) => id));
}

export function allRead({ heard }: Tally): Tally {
  return { answer: NONE, heard: new Map([...heard].map(([id, one]) => [id, { ...one, read: true }])) };
}

export function countOf({ answer, heard }: Tally): Count {
  const listed = new Set(answer.ids);
  const done = answer.ids.flatMap((id) => heard.get(id) ?? []).filter(({ read }) => read);
  const fresh = [...heard].filter(([id, { read }]) => !read && !listed.has(id));
  const waiting = answer.ids.filter((id) => !heard.get(id)?.read); // newest first
  const oldest = answer.first !== null && !heard.get(answer.first)?.read ? answer.first : waiting.at(-1);
  return {
    count: Math.max(0, answer.count - done.length) + fresh.length,
    mentions: Math.max(0, answer.mentions - mentioning(done)) + mentioning(fresh.map(([, one]) => one)),
    first: oldest ?? fresh[0]?.[0] ?? null,
  };
}

function mentioning(heard: readonly HeardLive[]): number {
  return heard.filter(({ mentions }) => mentions).length;
}

function put(tally: Tally, entries: readonly (readonly [string, HeardLive])[]): Tally {
  return entries.length === 0 ? tally : { ...tally, heard: new Map([...tally.heard, ...entries]) };
}
