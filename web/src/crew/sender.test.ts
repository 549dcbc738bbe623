import { beforeEach, expect, test, vi } from "vitest";
import type { Position } from "../contract/types";
import { ConnectionLost, Refused, type Connection, type Realtime } from "../live/realtime";
import { Store } from "../live/store";
import { Backlog, MOST } from "./backlog";
import { Sender } from "./sender";

/** The socket as a sender sees it. */
class Line {
  readonly connection = new Store<Connection>({ phase: "offline", since: 0 });
  readonly sent: number[][] = [];
  publish = (_: string, payload: unknown): Promise<void> => {
    const fixes = [payload].flat() as Position[];
    const error = this.takes(fixes.map(({ lat }) => lat));
    if (error) return Promise.reject(error);
    this.sent.push(fixes.map(({ lat }) => lat));
    return Promise.resolve();
  };
  takes: (numbers: number[]) => Error | null = () => null;
  live = () => this.connection.set({ phase: "live", since: Date.now() });
}

let line: Line;
let kept: Map<string, string>;
let writes: number;
const fix = (lat: number): Position => ({ at: new Date(lat * 1000).toISOString(), lat, lon: 1 });
const settle = () => vi.advanceTimersByTimeAsync(0);

function start(count: number): { backlog: Backlog; refused: () => void } {
  const backlog = new Backlog("anouk");
  backlog.load(["lowlands"]);
  for (let n = 1; n <= count; n++) backlog.add("lowlands", fix(n));
  const refused = vi.fn();
  new Sender("anouk", line as unknown as Realtime, backlog, refused).start();
  return { backlog, refused };
}

beforeEach(() => {
  vi.useFakeTimers();
  kept = new Map();
  writes = 0;
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => (writes++, kept.set(key, value)),
    removeItem: (key: string) => void kept.delete(key),
  });
  line = new Line();
});

test("when the line is back the newest goes first, the backlog behind it in arrays of 500", async () => {
  const { backlog } = start(1200);
  await settle();
  expect(line.sent).toEqual([]);
  line.live();
  await settle();
  expect(line.sent[0]).toEqual([1200]);
  expect(line.sent.slice(1).map(({ length }) => length)).toEqual([500, 500, 199]);
  expect(line.sent.slice(1).flat()).toEqual(Array.from({ length: 1199 }, (_, n) => n + 1));
  expect(backlog.size.get()).toBe(0);
});

test("what nobody can know to have arrived stays, and goes again", async () => {
  line.takes = () => new ConnectionLost("gone");
  const { backlog } = start(2);
  line.live();
  await settle();
  expect(backlog.size.get()).toBe(2);
  line.takes = () => null;
  await vi.advanceTimersByTimeAsync(5000);
  expect(line.sent).toEqual([[2], [1]]);
});

test("of a track that ran past the end of the shift all that was inside arrives, and nothing stays", async () => {
  line.takes = (numbers) => (numbers.some((n) => n > 37) ? new Refused("only while you are on shift") : null);
  const { backlog, refused } = start(900);
  line.live();
  await settle();
  expect(line.sent.flat()).toEqual(Array.from({ length: 37 }, (_, n) => n + 1));
  expect(backlog.size.get()).toBe(0);
  expect(refused).toHaveBeenCalled();
});

test("a backlog outlives the page, in few writes, and is bounded", async () => {
  start(MOST + 500);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(writes).toBe(1);
  const { backlog } = start(0);
  expect(backlog.of("lowlands").length).toBeLessThanOrEqual(MOST);
  expect(backlog.of("lowlands").at(-1)).toEqual(fix(MOST + 500));
  line.live();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([...kept.keys()]).toEqual([]);
});

test("with a line, nothing is written down", async () => {
  line.live();
  start(3);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([line.sent.flat().sort(), writes]).toEqual([[1, 2, 3], 0]);
});
