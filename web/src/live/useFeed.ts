import { createContext, useContext, useEffect, useMemo } from "react";
import { Feed } from "./feed";
import { useLive } from "./useRealtime";

export const FeedContext = createContext<Feed | null>(null);

/** The open project's feed. */
export function useFeed(): Feed {
  const feed = useContext(FeedContext);
  if (!feed) throw new Error("useFeed is used outside FeedContext");
  return feed;
}

/** A feed of one's own, open while the component is there. */
export function useOwnFeed(project: string, me: string): Feed {
  const { realtime, outbox } = useLive();
  const feed = useMemo(() => new Feed(project, me, realtime, outbox), [project, me, realtime, outbox]);
  useEffect(() => {
    feed.open();
    return () => feed.close();
  }, [feed]);
  return feed;
}
