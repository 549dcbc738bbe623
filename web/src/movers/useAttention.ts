import { useMemo } from "react";
import { useNow } from "../design/useNow";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useRealtime } from "../live/useRealtime";
import { attention, type Need } from "./attention";
import type { Mover } from "./movers";

/** What needs somebody now. While one's own line is dead it stays as it was: the silence is ours. */
export function useAttention(movers: readonly Mover[]): Need[] {
  const { fleet } = useFeed();
  const { live, connection } = useRealtime();
  const now = useNow();
  const presences = useStore(fleet.presences);
  const second = Math.floor((live ? now : connection.since) / 1000);
  return useMemo(
    () => attention(movers, (slug) => fleet.positions.fixes.get(slug), presences, second * 1000),
    [movers, fleet, presences, second], // once a second, however often the list is drawn
  );
}
