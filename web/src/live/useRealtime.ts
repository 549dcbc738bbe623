import { createContext, useContext, useEffect, useState } from "react";
import type { Envelope } from "../contract/types";
import { Outbox } from "./outbox";
import { Realtime, type Connection } from "./realtime";
import { useStore } from "./store";
import { waysOf } from "./ways";

/** What one has for as long as one is signed in: a socket, and what waits to go out. */
export interface Live {
  readonly realtime: Realtime;
  readonly outbox: Outbox;
}

export const LiveContext = createContext<Live | null>(null);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("useLive is used outside LiveContext");
  return live;
}

/** `onDoubt`: perhaps one isn't signed in any more, or not on a project. */
export function useOwnLive(me: string, onDoubt: () => void): Live | null {
  const [live, setLive] = useState<Live | null>(null);
  useEffect(() => {
    const realtime = new Realtime(`${location.origin.replace(/^http/, "ws")}/ws`);
    const outbox = new Outbox(me, realtime, waysOf(me, realtime));
    realtime.onDoubt(onDoubt);
    outbox.start();
    realtime.start();
    setLive({ realtime, outbox });
    return () => {
      outbox.stop();
      realtime.stop();
    };
  }, [me, onDoubt]);
  return live;
}

export interface UseRealtime {
  connection: Connection;
  live: boolean;
  join: (project: string) => void;
  leave: (project: string) => void;
  publish: (topic: string, payload: unknown) => Promise<void>;
  subscribe: (listener: (envelopes: readonly Envelope[]) => void) => () => void;
}

/** The only door to the socket: connected or not, join, leave, publish, and hear every frame. */
export function useRealtime(): UseRealtime {
  const { realtime } = useLive();
  const connection = useStore(realtime.connection);
  return {
    connection,
    live: connection.phase === "live",
    join: (project) => realtime.join(project),
    leave: (project) => realtime.leave(project),
    publish: (topic, payload) => realtime.publish(topic, payload),
    subscribe: (listener) => realtime.onEnvelopes(listener),
  };
}
