import { createContext, useContext } from "react";
import type { Envelope } from "../contract/messages";
import type { Connection, Realtime } from "./realtime";
import { useStore } from "./store";

export const RealtimeContext = createContext<Realtime | null>(null);

export interface UseRealtime {
  connection: Connection;
  live: boolean;
  join: (project: string) => void;
  leave: (project: string) => void;
  publish: (topic: string, payload: unknown) => Promise<void>;
  subscribe: (listener: (envelope: Envelope) => void) => () => void;
}

/** The only door to the socket: connected or not, join, leave, publish, and hear every envelope. */
export function useRealtime(): UseRealtime & { realtime: Realtime } {
  const realtime = useContext(RealtimeContext);
  if (!realtime) throw new Error("useRealtime is used outside RealtimeContext");
  const connection = useStore(realtime.connection);
  return {
    realtime,
    connection,
    live: connection.phase === "live",
    join: (project) => realtime.join(project),
    leave: (project) => realtime.leave(project),
    publish: (topic, payload) => realtime.publish(topic, payload),
    subscribe: (listener) => realtime.onEnvelope(listener),
  };
}
