/** Who is signed in here. The cookie knows; this is what it said last. */

import { onSignedOut, Problem } from "../live/rest";
import * as api from "./api";
import type { Me } from "../contract/types";
import { Shelf } from "../live/shelf";
import { Store } from "../live/store";

/** `offline`: as it was last time, the server hasn't answered yet. */
export type Session =
  | { readonly state: "asking" }
  | { readonly state: "unreachable"; readonly reason: string }
  | { readonly state: "out"; readonly expired: boolean }
  | { readonly state: "in"; readonly me: Me; readonly offline: boolean };

const shelf = new Shelf<Me>("session");
const KEY = "me";

export const session = new Store<Session>(asLastTime());

onSignedOut(() => leave(session.get().state === "in"));

export async function ask(): Promise<void> {
  try {
    enter(await api.me());
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return; // already said
    if (session.get().state !== "in") session.set({ state: "unreachable", reason: String((error as Error).message) });
  }
}

export async function signIn(username: string, password: string): Promise<void> {
  await api.login(username, password);
  enter(await api.me());
}

/** Only the server can take the cookie back. Throws Problem when it can't be reached. */
export async function signOut(): Promise<void> {
  try {
    await api.logout();
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  }
  leave(false);
}

function asLastTime(): Session {
  const me = shelf.get(KEY);
  return me ? { state: "in", me, offline: true } : { state: "asking" };
}

function enter(me: Me): void {
  try {
    shelf.set(KEY, me);
  } catch {
    shelf.delete(KEY); // no room: it won't open offline
  }
  session.set({ state: "in", me, offline: false });
}

function leave(expired: boolean): void {
  shelf.delete(KEY);
  session.set({ state: "out", expired });
}
