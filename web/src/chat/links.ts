/** What is written, cut into plain words, links and mentions. */

import { cutAtMentions, type Piece } from "./mentions";

export interface Word extends Piece {
  readonly href?: string;
}

const LINK = /\bhttps?:\/\/[^\s<>"]+/gi;
const TRAILING = /[.,;:!?'*_…]+$/; // ends the sentence, not the link

/** Only http and https become links; a bracket or a full stop after one isn't part of it. */
export function wordsOf(body: string): Word[] {
  const words: Word[] = [];
  let end = 0;
  for (const match of body.matchAll(LINK)) {
    const href = trimmed(match[0]);
    if (!URL.canParse(href)) continue;
    words.push(...cutAtMentions(body.slice(end, match.index)), { text: href, href });
    end = match.index + href.length;
  }
  return [...words, ...cutAtMentions(body.slice(end))];
}

function trimmed(link: string): string {
  const short = link.replace(TRAILING, "");
  const closes = /[)\]]$/.test(short) && count(short, /[)\]]/g) > count(short, /[([]/g);
  return closes ? trimmed(short.slice(0, -1)) : short;
}

function count(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0;
}
