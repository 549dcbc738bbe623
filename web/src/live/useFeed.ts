import { createContext, useContext, useEffect, useMemo } from "react";
import { Feed } from "./feed";
import { moversOf, type Mover } from "../movers/movers";
import { useStore } from "./store";
import { useRealtime } from "./useRealtime";

export const FeedContext = createContext<Feed | null>(null);

/** The open project's feed. */
export function useFeed(): Feed {
  const feed = useContext(FeedContext);
  if (!feed) throw new Error("useFeed is used outside FeedContext");
  return feed;
}

/** A feed of one's own, open while the component is there. */
export function useOwnFeed(project: string, me: string): Feed {
  const { realtime } = useRealtime();
  const feed = useMemo(() => new Feed(project, me, realtime), [project, me, realtime]);
  useEffect(() => {
    feed.open();
    return () => feed.close();
  }, [feed]);
  return feed;
}

/** Vehicles, crew and devices, again at most once a second as fixes come. */
export function useMovers(feed: Feed): readonly Mover[] {
  const sources = useStore(feed.sources);
  const version = useStore(feed.positions.list);
  return useMemo(
    () => moversOf(sources, (slug) => feed.positions.fixes.get(slug)?.at),
    [sources, feed, version], // fixes change in place: their version stands for them
  );
}

/** The name behind a slug. */
export function useNames(feed: Feed): (slug: string) => string {
  const sources = useStore(feed.sources);
  return useMemo(() => {
    const names = new Map(sources.map(({ slug, name }) => [slug, name]));
    return (slug) => names.get(slug) ?? slug;
  }, [sources]);
}
