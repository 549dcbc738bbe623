import { beforeEach, expect, test, vi } from "vitest";

const ANOUK = { slug: "anouk", name: "Anouk Peeters", admin: false, projects: [] };
const drawer = new Map<string, string>();
const answer = (status: number, body: unknown) => () => Promise.resolve(new Response(JSON.stringify(body), { status }));
const noLine = () => Promise.reject(new TypeError("no line"));

/** The module as a page finds it that has just been loaded. */
async function load(fetch: () => Promise<Response>) {
  vi.resetModules();
  vi.stubGlobal("fetch", fetch);
  return import("./session");
}

beforeEach(() => {
  drawer.clear();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => drawer.get(key) ?? null,
    setItem: (key: string, value: string) => void drawer.set(key, value),
    removeItem: (key: string) => void drawer.delete(key),
  });
});

test.each([
  ["the server answers", answer(200, ANOUK), { state: "in", me: ANOUK, offline: false }, 1],
  ["there is no line", noLine, { state: "in", me: ANOUK, offline: true }, 1],
  ["one isn't signed in any more", answer(401, {}), { state: "out", expired: true }, 0],
])("one who was signed in is so until the server says otherwise: %s", async (_, fetch, expected, kept) => {
  await (await load(answer(200, ANOUK))).ask();
  const { ask, session } = await load(fetch);
  expect(session.get()).toEqual({ state: "in", me: ANOUK, offline: true });
  await ask();
  expect(session.get()).toEqual(expected);
  expect(drawer.size).toBe(kept);
});

test.each([
  ["there is no line", noLine, "unreachable"],
  ["one isn't signed in", answer(401, {}), "out"],
])("nobody is signed in before the server has said so: %s", async (_, fetch, state) => {
  const { ask, session } = await load(fetch);
  expect(session.get()).toEqual({ state: "asking" });
  await ask();
  expect(session.get().state).toBe(state);
});

test("signing out forgets it", async () => {
  const { ask, session, signOut } = await load(answer(200, ANOUK));
  await ask();
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(null, { status: 204 })));
  await signOut();
  expect(session.get()).toEqual({ state: "out", expired: false });
  expect(drawer.size).toBe(0);
});
