/** One's own account. */

import type { ApiToken, ApiTokenStart, NewApiToken, ProjectSettings, StoredCount } from "../contract/types";
import { get, send } from "../live/rest";

export const EXPORT = "/api/v1/me/data/export"; // a file to save

export const tokens = (): Promise<ApiToken[]> => get("/me/tokens");
export const makeToken = (token: ApiTokenStart): Promise<NewApiToken> => send("POST", "/me/tokens", token);
export const revokeToken = (id: string): Promise<null> => send("DELETE", `/me/tokens/${id}`);
export const changePassword = (old: string, next: string): Promise<null> =>
  send("PUT", "/me/password", { old, new: next });
export const logoutEverywhere = (): Promise<null> => send("POST", "/auth/logout-everywhere");
export const stored = (): Promise<StoredCount[]> => get("/me/data");
export const settings = (project: string): Promise<ProjectSettings> => get(`/projects/${project}/settings`);
