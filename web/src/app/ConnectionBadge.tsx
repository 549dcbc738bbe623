import type { Feed } from "../live/feed";
import type { Connection } from "../live/realtime";
import { useStore } from "../live/store";
import { absolute, age, clock } from "../design/times";
import { useNow } from "../design/useNow";
import { useLive, useRealtime } from "../live/useRealtime";

const QUIET_MS = 60_000; // newest data older than this is worth a colour

/** Whether what one sees is live, how old the newest of it is, and what waits to be sent until it is live again. */
export function ConnectionBadge({ feed }: { feed: Feed }) {
  const { connection, live } = useRealtime();
  useStore(feed.fleet.positions.list);
  const waiting = useStore(useLive().outbox.entries).filter(({ fate }) => fate !== "failed").length;
  const now = useNow();
  const newest = feed.fleet.positions.newestAt();
  const state = connection.phase === "connecting" ? "reconnecting" : connection.phase;
  const quiet = live && newest !== null && now - newest > QUIET_MS;
  return (
    <span
      className="connection"
      data-testid="connection"
      data-state={state}
      data-quiet={quiet || undefined}
      title={newest === null ? "no position yet" : `newest position: ${absolute(newest)}`}
    >
      <span className="dot" aria-hidden="true" />
      <span role="status">{WORDS[connection.phase]}</span>
      <span className="detail">
        {detail(connection, newest, now)}
        {!live && waiting > 0 && ` · ${waiting} to send`}
      </span>
    </span>
  );
}

const WORDS: Record<Connection["phase"], string> = {
  live: "Live",
  connecting: "Connecting",
  reconnecting: "Reconnecting",
  offline: "Offline",
};

function detail({ phase, since }: Connection, newest: number | null, now: number): string {
  if (phase === "connecting") return "";
  if (phase !== "live") return `since ${clock(since, Date.now())}`;
  if (newest === null) return "no positions";
  if (now - newest > QUIET_MS) return `nothing new for ${age(now - newest)}`;
  return now - newest < 10_000 ? `${(Math.max(0, now - newest) / 1000).toFixed(1)} s` : age(now - newest);
}
