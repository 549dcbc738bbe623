/** What was said in a project. */

import type { ChatRow } from "../contract/types";
import { page, query, type Page } from "../live/rest";

const AT_ONCE = 50;

/** A page of the chat, oldest first: the newest, or those before a number, or what changed after a revision. */
export function chat(project: string, which: { before?: number; after?: number } = {}): Promise<Page<ChatRow>> {
  return page(`/projects/${project}/chat?${query({ limit: AT_ONCE, ...which })}`);
}
