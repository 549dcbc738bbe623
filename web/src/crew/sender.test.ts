import { beforeEach, expect, test, vi } from "vitest";
import type { Position } from "../contract/types";
import { ConnectionLost, Refused, type Connection, type Realtime } from "../live/realtime";
import { Memory, NotKept } from "../live/disk";
import { Store } from "../live/store";
import { storageOf } from "../live/tabs";
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
let disk: Memory;
let shelf: Map<string, string>;
const fix = (lat: number): Position => ({ at: new Date(lat * 1000).toISOString(), lat, lon: 1 });
const settle = () => vi.advanceTimersByTimeAsync(0);

async function start(count: number): Promise<{ backlog: Backlog; refused: () => void }> {
  const backlog = new Backlog("anouk", async () => disk);
  await backlog.load(["lowlands"]);
  for (let n = 1; n <= count; n++) backlog.add("lowlands", fix(n));
  const refused = vi.fn();
  new Sender("anouk", line as unknown as Realtime, backlog, refused).start();
  return { backlog, refused };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("localStorage", storageOf((shelf = new Map())));
  disk = new Memory();
  line = new Line();
});

test("when the line is back the newest goes first, the backlog behind it in arrays of 500", async () => {
  const { backlog } = await start(1200);
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
  const { backlog } = await start(2);
  line.live();
  await settle();
  expect(backlog.size.get()).toBe(2);
  line.takes = () => null;
  await vi.advanceTimersByTimeAsync(5000);
  expect(line.sent).toEqual([[2], [1]]);
});

test("of a track that ran past the end of the shift all that was inside arrives, and nothing stays", async () => {
  line.takes = (numbers) => (numbers.some((n) => n > 37) ? new Refused("only while you are on shift") : null);
  const { backlog, refused } = await start(900);
  line.live();
  await settle();
  expect(line.sent.flat()).toEqual(Array.from({ length: 37 }, (_, n) => n + 1));
  expect(backlog.size.get()).toBe(0);
  expect(refused).toHaveBeenCalled();
});

test("a backlog outlives a killed page fix by fix, and is bounded", async () => {
  await start(MOST + 500);
  const backlog = new Backlog("anouk", async () => disk);
  for (const lat of [MOST + 500, MOST + 501]) backlog.add("lowlands", fix(lat)); // the first by both
  await backlog.load(["lowlands"]);
  const kept = backlog.of("lowlands").map(({ lat }) => lat);
  expect(kept.length).toBeLessThanOrEqual(MOST);
  expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
  expect(kept.slice(-2)).toEqual([MOST + 500, MOST + 501]);
  expect(await disk.all("positions/anouk")).toHaveLength(backlog.size.get());
  new Sender("anouk", line as unknown as Realtime, backlog, () => {}).start();
  line.live();
  await settle();
  expect(await disk.all("positions/anouk")).toEqual([]);
});

test("what the browser can't keep is said, and sent all the same", async () => {
  vi.spyOn(disk, "put").mockRejectedValue(new NotKept("no room"));
  const { backlog } = await start(2);
  await settle();
  expect(backlog.unkept.get()).toBe("no room");
  line.live();
  await settle();
  expect(line.sent).toEqual([[2], [1]]);
});

test("what an older version kept in localStorage is taken over once", async () => {
  shelf.set("rentguy/positions/anouk/lowlands", JSON.stringify([fix(1), fix(2)]));
  shelf.set("rentguy/positions/anouk/pukkel", JSON.stringify([fix(3)])); // where one isn't any longer
  const { backlog } = await start(0);
  expect([backlog.of("lowlands"), backlog.projects()]).toEqual([[fix(1), fix(2)], ["lowlands"]]);
  expect(shelf.size).toBe(0);
  expect(await disk.all("positions/anouk")).toHaveLength(3);
});
