/** What of the changes in a project one should know. Pure: the state before and after, to what is observed. */

import { keyOf, messageOf, type Chat, type Message } from "../chat/chat";
import type { Source, SourceKind, Status } from "../contract/types";
import { instant } from "../design/times";
import type { Items } from "../equipment/items";
import { isGone, STALE_MS, stateOf } from "../movers/activity";
import type { Fix } from "../movers/positions";
import type { Presences } from "../movers/presence";
import type { Observed } from "./notice";

/** Messages of others that name me or answer mine, and those taken back. An answer may come before what it answers. */
export function ofChat(me: string, before: Chat, after: Chat): Observed[] {
  const wasMine = answersOf(me, before);
  const isMine = answersOf(me, after);
  const changed = [...after.messages].filter(
    ([key, message]) => before.messages.get(key) !== message || (isMine(message) && !wasMine(message)),
  );
  return changed.flatMap(([key, message]) => {
    if (message.author === me || Number.isNaN(message.at)) return [];
    const said = { subject: key, at: message.at, by: message.author, words: message.body, over: false };
    if (message.deletedAt !== null) {
      const gone = { ...said, at: message.deletedAt, words: "", over: true };
      return [{ ...gone, kind: "mention" }, { ...gone, kind: "reply" }] satisfies Observed[];
    }
    if (message.mentions.includes(me)) return [{ ...said, kind: "mention" }];
    return isMine(message) ? [{ ...said, kind: "reply" }] : [];
  });
}

function answersOf(me: string, { messages }: Chat): (message: Message) => boolean {
  return ({ replyTo }) => replyTo !== null && messages.has(keyOf({ author: me, id: replyTo }));
}

/** Ids of what others answered since some time (ms since 1970) that isn't here: it may be mine. */
export function missing(me: string, before: Chat, after: Chat, since: number): string[] {
  const asked = [...after.messages].flatMap(([key, message]) => {
    const { author, at, replyTo, mentions } = message;
    if (before.messages.get(key) === message || author === me || !(at >= since) || mentions.includes(me)) return [];
    return replyTo !== null && !messageOf(after, replyTo) ? [replyTo] : [];
  });
  return [...new Set(asked)];
}

const WATCHED = ["damaged", "maintenance"] as const satisfies readonly Status[];

/** Items that somebody else found damaged or put into maintenance, and those that no longer are. */
export function ofItems(me: string, before: Items, after: Items): Observed[] {
  const observed: Observed[] = [];
  for (const [code, { status, name, by = null, at }] of after.byCode) {
    const known = before.byCode.get(code)?.status;
    if (known === status) continue;
    for (const kind of WATCHED) {
      const over = status !== kind;
      if (!over && by === me) continue;
      observed.push({ kind, subject: code, at: instant(at), by, words: name, over });
    }
  }
  return observed;
}

const HEARD_OF: Record<SourceKind, boolean> = {
  truck: true,
  van: true,
  car: true,
  tracker: true,
  scanner: true,
  reader: true,
  person: false, // they go home
  phone: false,
  integration: false,
};

/** Vehicles and devices that were heard once and have gone silent, and those that are heard. */
export function ofSources(
  sources: readonly Source[],
  fixes: ReadonlyMap<string, Fix>,
  presences: Presences,
  now: number,
): Observed[] {
  return sources.flatMap(({ slug, kind, name }) => {
    const heard = HEARD_OF[kind] ? lastHeard(fixes.get(slug), presences[slug], now) : null;
    return heard ? [{ kind: "silent", subject: slug, by: null, words: name, at: heard.at, over: !heard.silent }] : [];
  });
}

/** When it was heard last, and whether that is too long ago; null when it never was. */
function lastHeard(
  fix: Fix | undefined,
  presence: Presences[string] | undefined,
  now: number,
): { at: number; silent: boolean } | null {
  if (fix) return { at: fix.at, silent: isGone(stateOf(fix, presence?.online, now)) };
  if (!presence || presence.at === null) return null;
  if (presence.online) return { at: presence.at, silent: false };
  return now - presence.at > STALE_MS ? { at: presence.at, silent: true } : null; // it may be back in a moment
}
