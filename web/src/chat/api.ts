/** What was said in a project, and what of it one hasn't read. */

import type { ChatRow, Unread } from "../contract/types";
import { get, page, query, type Page } from "../live/rest";

interface Which {
  before?: number; // a number: older than that message
  after?: number; // a revision: what changed since
  limit?: number;
}

/** A page of the chat, oldest first: the newest, or those before a number, or what changed after a revision. */
export function chat(project: string, which: Which = {}): Promise<Page<ChatRow>> {
  return page(`/projects/${project}/chat?${query({ limit: 50, ...which })}`);
}

/** One message. Throws Problem 404. */
export function message(project: string, id: string): Promise<ChatRow> {
  return get(`/projects/${project}/chat/${id}`);
}

/** What others said since one's mark, or since the message `after` when that was stored later. */
export function unread(project: string, after?: string): Promise<Unread> {
  return get(`/projects/${project}/chat/unread?${query({ after })}`);
}
