import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Line } from "./line";
import { ConnectionLost, Realtime, Refused } from "./realtime";

const joined = { topic: "$/joined", payload: { project: "lowlands" } };
const browser = new EventTarget();
let realtime: Realtime;

beforeEach(() => {
  vi.useFakeTimers();
  Line.all = [];
  vi.stubGlobal("WebSocket", Line);
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("addEventListener", browser.addEventListener.bind(browser));
  vi.stubGlobal("removeEventListener", browser.removeEventListener.bind(browser));
  realtime = new Realtime("ws://test/ws");
  realtime.start();
  realtime.join("lowlands");
});

afterEach(() => {
  realtime.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const phase = () => realtime.connection.get().phase;

function goLive(): void {
  Line.last.open();
  Line.last.say(joined);
}

test("it is live when the snapshot has come, not before", () => {
  expect(phase()).toBe("connecting");
  Line.last.open();
  expect(Line.last.sent).toEqual([{ join: "lowlands" }]);
  expect(phase()).toBe("connecting");
  Line.last.say(joined);
  expect(phase()).toBe("live");
});

test.each([
  ["without a word", 1006],
  ["because it restarts", 1012],
  ["because one is too slow", 1013],
])("when the server goes %s it is back within a second, and joins again", (_, code) => {
  const doubts = vi.fn();
  realtime.onDoubt(doubts);
  goLive();
  Line.last.die(code);
  expect(phase()).toBe("reconnecting");
  expect(doubts).toHaveBeenCalledOnce(); // perhaps one was signed out
  vi.advanceTimersByTime(499);
  expect(Line.all).toHaveLength(1);
  vi.advanceTimersByTime(501);
  expect(Line.all).toHaveLength(2);
  goLive();
  expect(Line.last.sent).toEqual([{ join: "lowlands" }]);
  expect(phase()).toBe("live");
});

test.each([
  [9_000, 4000],
  [11_000, 1000],
])("after two failures and %i ms of live the next attempt comes within %i ms", (steady, longest) => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  for (let attempt = 0; attempt < 2; attempt++) {
    Line.last.die();
    vi.advanceTimersByTime(2_000);
  }
  goLive();
  vi.advanceTimersByTime(steady);
  Line.last.say(joined);
  const before = Line.all.length;
  Line.last.die();
  vi.advanceTimersByTime(longest - 1);
  expect(Line.all).toHaveLength(before);
  vi.advanceTimersByTime(1);
  expect(Line.all).toHaveLength(before + 1);
});

test("who only attends asks for no second snapshot, and keeps the project until they leave too", () => {
  goLive();
  realtime.attend("lowlands");
  expect(Line.last.sent).toEqual([{ join: "lowlands" }]);
  realtime.leave("lowlands");
  expect(Line.last.sent).toHaveLength(1);
  realtime.leave("lowlands");
  expect(Line.last.sent.at(-1)).toEqual({ leave: "lowlands" });
  realtime.attend("lowlands");
  expect(Line.last.sent.at(-1)).toEqual({ join: "lowlands" });
});

test.each(["online", "focus"])("on %s it tries at once", (event) => {
  goLive();
  for (let attempt = 0; attempt < 8; attempt++) {
    Line.last.die();
    if (attempt < 7) vi.advanceTimersByTime(15_000);
  }
  const before = Line.all.length;
  browser.dispatchEvent(new Event(event));
  expect(Line.all).toHaveLength(before + 1);
});

test("without a network it is offline, and doesn't try", () => {
  goLive();
  vi.stubGlobal("navigator", { onLine: false });
  browser.dispatchEvent(new Event("offline"));
  vi.advanceTimersByTime(60_000);
  expect(phase()).toBe("offline");
  expect(Line.all).toHaveLength(1);
  vi.stubGlobal("navigator", { onLine: true });
  browser.dispatchEvent(new Event("online"));
  expect(phase()).toBe("reconnecting");
  expect(Line.all).toHaveLength(2);
});

test("a line that died without a word is asked, then given up", () => {
  goLive();
  vi.advanceTimersByTime(10_000);
  expect(Line.last.sent).toEqual([{ join: "lowlands" }, { ping: true }]);
  expect(phase()).toBe("live");
  vi.advanceTimersByTime(11_000);
  expect(phase()).toBe("reconnecting");
});

test("who comes to look has it asked at once", () => {
  goLive();
  vi.advanceTimersByTime(2_000);
  browser.dispatchEvent(new Event("focus"));
  expect(Line.last.sent.at(-1)).toEqual({ ping: true });
});

test("a quiet line that answers stays", () => {
  goLive();
  for (let turn = 0; turn < 3; turn++) {
    vi.advanceTimersByTime(15_000);
    Line.last.say({ topic: "$/pong", payload: { ref: null } });
  }
  expect(phase()).toBe("live");
  expect(Line.all).toHaveLength(1);
});

test("a snapshot that is long on its way is waited for", () => {
  Line.last.open();
  vi.advanceTimersByTime(35_000);
  Line.last.say(joined);
  expect(phase()).toBe("live");
  expect(Line.all).toHaveLength(1);
});

describe("a project one isn't on", () => {
  const notOn = { topic: "$/error", payload: { project: "pukkel", detail: "there is no project 'pukkel'" } };

  test("keeps nobody from the others, and is said", () => {
    const doubts = vi.fn();
    realtime.onDoubt(doubts);
    realtime.join("pukkel");
    Line.last.open();
    Line.last.say(joined);
    expect(phase()).toBe("connecting");
    Line.last.say(notOn);
    expect(phase()).toBe("live");
    expect(doubts).toHaveBeenCalledOnce();
  });

  test("or is left", () => {
    realtime.join("pukkel");
    Line.last.open();
    Line.last.say(joined);
    realtime.leave("pukkel");
    expect(phase()).toBe("live");
  });
});

describe("publishing", () => {
  const publish = () => realtime.publish("rentguy/lowlands/chat/anouk", {});
  const ref = () => Line.last.sent.at(-1)?.ref;

  test("is done when the broker has it", async () => {
    goLive();
    const published = publish();
    Line.last.say({ topic: "$/ack", payload: { ref: ref() } });
    await expect(published).resolves.toBeUndefined();
  });

  test("is refused with the server's words", async () => {
    goLive();
    const published = publish();
    Line.last.say({ topic: "$/error", payload: { ref: ref(), detail: "viewers only listen" } });
    await expect(published).rejects.toEqual(new Refused("viewers only listen"));
  });

  test("is no refusal while the broker is away", async () => {
    goLive();
    const published = publish();
    Line.last.say({ topic: "$/error", payload: { ref: ref(), detail: "the broker is away", again: true } });
    await expect(published).rejects.toBeInstanceOf(ConnectionLost);
  });

  test("is given up when no answer comes, though the line is alive", async () => {
    goLive();
    const published = publish();
    for (let second = 0; second < 40; second += 5) {
      Line.last.say({ topic: "$/pong", payload: { ref: null } });
      vi.advanceTimersByTime(5_000);
    }
    await expect(published).rejects.toBeInstanceOf(ConnectionLost);
    expect(phase()).toBe("live");
  });

  test("is unknown when the line went first", async () => {
    goLive();
    const published = publish();
    Line.last.die();
    await expect(published).rejects.toBeInstanceOf(ConnectionLost);
    await expect(publish()).rejects.toBeInstanceOf(ConnectionLost);
  });
});

test("a join that came too soon after others is asked for again, and what was published is for later", async () => {
  Line.last.open();
  Line.last.say({ topic: "$/error", payload: { ref: null, detail: "more than 300", again: true, retry_s: 2 } });
  vi.advanceTimersByTime(1999);
  expect(Line.last.sent).toEqual([{ join: "lowlands" }]);
  vi.advanceTimersByTime(1);
  expect(Line.last.sent).toEqual([{ join: "lowlands" }, { join: "lowlands" }]);
  Line.last.say(joined);
  expect(phase()).toBe("live");
  const published = realtime.publish("rentguy/lowlands/chat/anouk", {});
  Line.last.say({ topic: "$/error", payload: { ref: "1", detail: "more than 300", again: true, retry_s: 2 } });
  await expect(published).rejects.toThrow(ConnectionLost); // so the outbox keeps it
  vi.advanceTimersByTime(5000);
  expect(Line.last.sent.filter(({ join }) => join)).toHaveLength(2);
});
