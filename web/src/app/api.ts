/** Signing in and out, and what the app has to know first. */

import type { Me, Settings } from "../contract/types";
import { get, send } from "../live/rest";

export const me = (): Promise<Me> => get("/me");
export const settings = (): Promise<Settings> => get("/settings");
export const login = (username: string, password: string): Promise<unknown> =>
  send("POST", "/auth/login", { username, password });
export const logout = (): Promise<null> => send("POST", "/auth/logout");
