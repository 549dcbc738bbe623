/** What the phone asks for besides. */

import type { Shift, UnreadCount } from "../contract/types";
import { get, send } from "../live/rest";

export const unread = (): Promise<Record<string, UnreadCount>> => get("/unread");

/** Those that run and those to come. */
export const shifts = (project: string): Promise<Shift[]> => get(`/projects/${project}/shifts`);
export const beginShift = (project: string, hours: number): Promise<Shift> =>
  send("POST", `/projects/${project}/shifts`, { hours });
export const endShift = (project: string, id: number): Promise<null> =>
  send("DELETE", `/projects/${project}/shifts/${id}`);
