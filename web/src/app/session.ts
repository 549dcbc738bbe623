/** Who is signed in here. The cookie knows; this is what it said last. */

import { onSignedOut, Problem } from "../live/rest";
import * as api from "./api";
import type { Me } from "../contract/types";
import { Store } from "../live/store";

export type Session =
  | { readonly state: "asking" }
  | { readonly state: "unreachable"; readonly reason: string }
  | { readonly state: "out"; readonly expired: boolean }
  | { readonly state: "in"; readonly me: Me };

export const session = new Store<Session>({ state: "asking" });

onSignedOut(() => session.set({ state: "out", expired: session.get().state === "in" }));

export async function ask(): Promise<void> {
  try {
    session.set({ state: "in", me: await api.me() });
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return; // already said
    if (session.get().state !== "in") session.set({ state: "unreachable", reason: String((error as Error).message) });
  }
}

export async function signIn(username: string, password: string): Promise<void> {
  await api.login(username, password);
  session.set({ state: "in", me: await api.me() });
}

/** Only the server can take the cookie back. Throws Problem when it can't be reached. */
export async function signOut(): Promise<void> {
  try {
    await api.logout();
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  }
  session.set({ state: "out", expired: false });
}
