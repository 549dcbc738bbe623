/** The REST API, `/api/v1`: the cookie signs in, an error says what to do. */

import { learn } from "./clock";

/** What the server refused (RFC 9457), or status 0 when it wasn't reached. The message is fit to be shown. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }

  /** Whether asking again would be answered in the same way. */
  get isFinal(): boolean {
    return this.status >= 400 && this.status < 500 && ![401, 408, 425, 429].includes(this.status);
  }
}

let signedOut: () => void = () => {};

export function onSignedOut(tell: () => void): void {
  signedOut = tell;
}

const PATIENCE_MS = 20_000;

export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const asked = Date.now();
  let response: Response;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    response = await fetch(`/api/v1${path}`, { credentials: "same-origin", signal, ...init });
  } catch {
    throw new Problem(0, "the server can't be reached: check the connection and try again");
  }
  learn(response.headers.get("date"), asked, Date.now());
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

export async function get<T>(path: string): Promise<T> {
  return (await request(path)).json() as Promise<T>;
}

/** Sends a value as JSON; the answer's, or null when there is none. */
export async function send<T = null>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<T> {
  const json = body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await request(path, { method, ...json });
  return (response.status === 204 ? null : await response.json()) as T;
}

export interface Page<Row> {
  rows: Row[];
  more: boolean;
}

export async function page<Row>(path: string): Promise<Page<Row>> {
  const response = await request(path);
  return { rows: (await response.json()) as Row[], more: hasNext(response.headers.get("link")) };
}

/** Whether a paged list goes on (RFC 8288). */
export function hasNext(link: string | null): boolean {
  return /<[^>]*>\s*;[^,]*\brel="?next"?/.test(link ?? "");
}

export function query(parameters: Record<string, string | number | undefined>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== "");
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}
