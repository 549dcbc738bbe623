/** What somebody should know of: made once however often it is heard, the same list in every tab. Pure changes of one value. */

export type NoticeKind = "mention" | "reply" | "damaged" | "maintenance" | "silent";

export interface Notice {
  readonly key: string;
  readonly kind: NoticeKind;
  readonly subject: string; // a message's author and id, an item's code, a source's slug
  readonly at: number; // ms since 1970: when it was said, or began
  readonly until: number | null; // when it was over; of a message, when it was taken back
  readonly by: string | null;
  readonly words: string; // the message's, or what the subject is called
  readonly seen: boolean;
  readonly changed: number; // of two copies the one changed later is right
}

/** Something that was said, begins or goes on, or `over`: that ended. */
export interface Observed {
  readonly kind: NoticeKind;
  readonly subject: string;
  readonly at: number;
  readonly by: string | null;
  readonly words: string;
  readonly over: boolean;
}

/** Newest first. */
export type Notices = readonly Notice[];

export const MOST = 100; // beyond it the oldest go

/** How soon after its end something that begins again is the same thing going on; null for what is said in a moment. */
const AGAIN_MS: Record<NoticeKind, number | null> = {
  mention: null,
  reply: null,
  damaged: 0,
  maintenance: 0,
  silent: 30 * 60_000, // a tracker at the edge of the network comes and goes
};

/** What is said in the chat. */
export const SAID: readonly NoticeKind[] = ["mention", "reply"];

/** The notices after what was observed; nothing from before `horizon` becomes one. */
export function fold(notices: Notices, observed: readonly Observed[], horizon: number, now: number): Notices {
  return observed.reduce((all, one) => (one.over ? ended(all, one, now) : begun(all, one, horizon, now)), notices);
}

/** The same notices as known in two tabs, or here and on the shelf. */
export function merge(ours: Notices, theirs: Notices): Notices {
  const merged = new Map(ours.map((notice) => [notice.key, notice]));
  for (const notice of theirs) merged.set(notice.key, newer(merged.get(notice.key), notice));
  const all = inOrder([...merged.values()]);
  const same = all.length === ours.length && all.every((notice, place) => notice === ours[place]);
  return same ? ours : all;
}

export function see(notices: Notices, which: (notice: Notice) => boolean, now: number): Notices {
  if (!notices.some((notice) => !notice.seen && which(notice))) return notices;
  return notices.map((notice) => (notice.seen || !which(notice) ? notice : { ...notice, seen: true, changed: now }));
}

function begun(all: Notices, { over: _, ...one }: Observed, horizon: number, now: number): Notices {
  const again = AGAIN_MS[one.kind];
  const key = [one.kind, one.subject, ...(again === null ? [] : [one.at])].join("/");
  if (all.some((notice) => notice.key === key)) return all;
  const last = again === null ? undefined : all.find((notice) => isOf(notice, one));
  if (last && last.until === null) return all;
  if (last?.until && again && one.at < last.until + again) return change(all, last, { until: null, changed: now });
  const tooOld = one.at <= horizon || (all.length >= MOST && one.at < (all.at(-1)?.at ?? 0));
  return tooOld ? all : inOrder([...all, { ...one, key, until: null, seen: false, changed: now }]);
}

function ended(all: Notices, one: Observed, now: number): Notices {
  const open = all.find((notice) => isOf(notice, one) && notice.until === null && notice.at <= one.at);
  return open ? change(all, open, { until: one.at, words: one.words, changed: now }) : all;
}

function isOf(notice: Notice, { kind, subject }: Observed | Omit<Observed, "over">): boolean {
  return notice.kind === kind && notice.subject === subject;
}

function change(all: Notices, which: Notice, parts: Partial<Notice>): Notices {
  return all.map((notice) => (notice === which ? { ...notice, ...parts } : notice));
}

function newer(a: Notice | undefined, b: Notice): Notice {
  if (!a) return b;
  const [right, other] = b.changed > a.changed ? [b, a] : [a, b];
  return right.seen || !other.seen ? right : { ...right, seen: true };
}

function inOrder(notices: Notice[]): Notices {
  return notices.sort((a, b) => b.at - a.at || (a.key < b.key ? -1 : 1)).slice(0, MOST);
}
