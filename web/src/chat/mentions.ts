/** "@anouk" in a message: somebody is meant. What counts as one is what the server counts (`api/unread.py`). */

import type { Source } from "../contract/types";

const MENTION = /(?<![\p{L}\p{N}_])@([\p{L}\p{N}_](?:[\p{L}\p{N}._-]*[\p{L}\p{N}_])?)/gu;
const BEGUN = /(?<![\p{L}\p{N}_])@([\p{L}\p{N}._-]*)$/u;
const MOST = 6;

/** The slugs after an @, each once: whole words, so "@anouk-phone" isn't "@anouk". */
export function mentionsIn(text: string): string[] {
  return text.includes("@") ? [...new Set(Array.from(text.matchAll(MENTION), ([, slug = ""]) => slug.toLowerCase()))] : [];
}

/** A piece of a message: plain words, or a mention of `slug`. */
export interface Piece {
  readonly text: string;
  readonly slug?: string;
}

/** The text cut at its mentions, in order. */
export function cutAtMentions(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(MENTION)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: match[0], slug: match[1]?.toLowerCase() });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** What has been typed after the @ that the caret is in, or null when it is in none. */
export function begunMention(text: string, caret: number): string | null {
  return BEGUN.exec(text.slice(0, caret))?.[1] ?? null;
}

/** People whom the begun mention may mean: those whose slug or a word of whose name begins so. */
export function offered(begun: string, people: readonly Source[]): Source[] {
  const wanted = begun.toLowerCase();
  const fits = ({ slug, name }: Source) =>
    [slug, ...name.toLowerCase().split(/\s+/)].some((word) => word.startsWith(wanted));
  return people.filter(fits).slice(0, MOST);
}

/** The text with the begun mention completed, and where the caret then is. */
export function completed(text: string, caret: number, slug: string): { text: string; caret: number } {
  const start = text.slice(0, caret).lastIndexOf("@");
  const before = `${text.slice(0, start)}@${slug} `;
  return { text: before + text.slice(caret).replace(/^ /, ""), caret: before.length };
}
