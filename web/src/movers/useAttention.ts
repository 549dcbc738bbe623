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
  return attention(movers, (slug) => fleet.positions.fixes.get(slug), presences, live ? now : connection.since);
}
