/** What each kind of notice is called, looks and sounds like, and where it leads. */

import type { Pane } from "../app/PhoneBar";
import { clock } from "../design/times";
import type { IconName } from "../design/icons";
import type { Notice, NoticeKind } from "./notice";
import type { Sound } from "./sound";

type NameOf = (slug: string) => string;

export interface Place {
  readonly pane: Pane;
  readonly query: Readonly<Record<string, string>>;
}

interface NoticeWords {
  readonly word: string;
  readonly icon: IconName;
  readonly sound: Sound;
  readonly title: (notice: Notice, nameOf: NameOf) => string;
  readonly details: (notice: Notice, nameOf: NameOf, now: number) => string;
  readonly place: (notice: Notice) => Place;
}

export const NOTICE_KINDS: Record<NoticeKind, NoticeWords> = {
  mention: {
    word: "Mention",
    icon: "mention",
    sound: "mention",
    title: ({ by }, nameOf) => `${nameOf(by ?? "")} mentions you`,
    details: said,
    place: inChat,
  },
  reply: {
    word: "Reply",
    icon: "reply",
    sound: "mention",
    title: ({ by }, nameOf) => `${nameOf(by ?? "")} answers you`,
    details: said,
    place: inChat,
  },
  damaged: {
    word: "Damaged",
    icon: "warning",
    sound: "critical",
    title: ({ words, until }) => `${words} ${until === null ? "is" : "was"} damaged`,
    details: foundBy,
    place: inEquipment,
  },
  maintenance: {
    word: "Maintenance",
    icon: "wrench",
    sound: "critical",
    title: ({ words, until }) => `${words} ${until === null ? "is" : "was"} in maintenance`,
    details: foundBy,
    place: inEquipment,
  },
  silent: {
    word: "Silent",
    icon: "silent",
    sound: "critical",
    title: ({ words, until }) => `${words} ${until === null ? "is" : "was"} silent`,
    details: since,
    place: ({ subject }) => ({ pane: "map", query: { source: subject } }),
  },
};

function said({ words, until }: Notice): string {
  return until === null ? words : "Message taken back";
}

/** "since 23:12", and once it is over "23:12–23:19". */
function since({ at, until }: Notice, _: NameOf, now: number): string {
  return until === null ? `since ${clock(at, now)}` : `${clock(at, now)}–${clock(until, now)}`;
}

function foundBy(notice: Notice, nameOf: NameOf, now: number): string {
  const by = notice.by === null ? "" : `by ${nameOf(notice.by)}`;
  return [notice.until === null ? "" : since(notice, nameOf, now), by].filter(Boolean).join(", ");
}

function inChat({ subject }: Notice): Place {
  return { pane: "chat", query: { message: subject.slice(subject.indexOf("/") + 1) } };
}

function inEquipment({ subject }: Notice): Place {
  return { pane: "equipment", query: { item: subject } };
}
