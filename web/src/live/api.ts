/** The REST API, `/api/v1`: the cookie signs in, an error says what to do. */

import { learn } from "./clock";
import type { ChatRow, ItemRow, ItemStatus, Me, PositionRow, Settings, Source, Status } from "../contract/messages";

/** What the server refused (RFC 9457), or status 0 when it wasn't reached. The message is fit to be shown. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

let signedOut: () => void = () => {};

export function onSignedOut(tell: () => void): void {
  signedOut = tell;
}

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, { credentials: "same-origin", ...init });
  } catch {
    throw new Problem(0, "the server can't be reached: check the connection and try again");
  }
  learn(response.headers.get("date"));
  if (response.ok) return response;
  if (response.status === 401 && path !== "/auth/login") signedOut();
  throw new Problem(response.status, await detailOf(response));
}

async function detailOf(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as { detail?: string; title?: string };
    return problem.detail ?? problem.title ?? `the server answered ${response.status}`;
  } catch {
    return `the server answered ${response.status}`;
  }
}

async function get<T>(path: string): Promise<T> {
  return (await request(path)).json() as Promise<T>;
}

function sending(method: string, body: unknown): RequestInit {
  return { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** Whether a paged list goes on (RFC 8288). */
export function hasNext(link: string | null): boolean {
  return /<[^>]*>\s*;[^,]*\brel="?next"?/.test(link ?? "");
}

function query(parameters: Record<string, string | number | undefined>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== "");
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

export const me = (): Promise<Me> => get("/me");
export const settings = (): Promise<Settings> => get("/settings");
export const sources = (project: string): Promise<Source[]> => get(`/projects/${project}/sources`);
export const latest = (project: string): Promise<PositionRow[]> => get(`/projects/${project}/latest`);

export async function login(username: string, password: string): Promise<void> {
  await request("/auth/login", sending("POST", { username, password }));
}

export async function logout(): Promise<void> {
  await request("/auth/logout", { method: "POST" });
}

const TRAIL_LIMIT = 2000;

/** What a source did since `from` (ms), oldest first. */
export function trail(project: string, source: string, from: number): Promise<PositionRow[]> {
  const parameters = query({ source, from: new Date(from).toISOString(), limit: TRAIL_LIMIT });
  return get(`/projects/${project}/positions?${parameters}`);
}

/** Map tiles that can be reached. */
export interface TileSettings {
  url: string;
  attribution: string | null;
}

export interface ChatPage {
  rows: ChatRow[];
  more: boolean;
}

/** A page of the chat, oldest first: the newest, or those before or after a number. */
export async function chat(project: string, page: { before?: number; after?: number } = {}): Promise<ChatPage> {
  const response = await request(`/projects/${project}/chat?${query({ limit: 50, ...page })}`);
  return { rows: (await response.json()) as ChatRow[], more: hasNext(response.headers.get("link")) };
}

const ITEMS_PAGE = 500;

/** Every item on the project or on none. */
export async function items(project: string): Promise<ItemRow[]> {
  const all: ItemRow[] = [];
  for (;;) {
    const parameters = query({ project, limit: ITEMS_PAGE, after: all.at(-1)?.code });
    const response = await request(`/inventory/items?${parameters}`);
    const page = (await response.json()) as ItemRow[];
    all.push(...page);
    if (page.length === 0 || !hasNext(response.headers.get("link"))) return all;
  }
}

export async function setStatus(code: string, status: Status): Promise<ItemStatus> {
  const path = `/inventory/items/${encodeURIComponent(code)}/status`;
  return (await request(path, sending("PATCH", { status }))).json() as Promise<ItemStatus>;
}
