/**
 * Who is looked at, remembered in the address: `source` is selected, `follow` selected and kept in view, `history` looked
 * back on.
 */

import { setQuery, useQuery } from "../app/router";
import { now } from "../live/clock";
import { firstSpan, type Span } from "./span";
import { moverOf, type Mover } from "./movers";

export interface Selection {
  readonly selected: Mover | undefined;
  readonly following: Mover | undefined;
  readonly followed: string | null; // its slug, also while nothing is known of it yet
}

export function useSelection(movers: readonly Mover[]): Selection {
  const [source] = useQuery("source");
  const [follow] = useQuery("follow");
  const following = moverOf(movers, follow);
  return { selected: following ?? moverOf(movers, source), following, followed: following?.slug ?? follow };
}

export function select(slug: string | null): void {
  setQuery({ source: slug, follow: null });
}

export function follow(slug: string): void {
  setQuery({ source: null, follow: slug });
}

/** Where somebody else sees the same of a source. */
export function linkTo(slug: string, followed: boolean): string {
  return `${location.origin}${location.pathname}?${followed ? "follow" : "source"}=${slug}`;
}

/** Opens the past of a source that was heard last at `heardAt`. */
export function lookBack(slug: string, heardAt: number | undefined): void {
  setQuery({ source: null, follow: null, history: slug, ...inAddress(firstSpan(heardAt, now())) });
}

export function lookAtSpan(span: Span): void {
  setQuery(inAddress(span));
}

export function backToLive(): void {
  setQuery({ history: null, from: null, to: null });
}

function inAddress({ from, to }: Span) {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
