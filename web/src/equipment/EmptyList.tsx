import { Notice } from "../design/Notice";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import type { UseFilters } from "./filters";
import type { UseFound } from "./useFound";

/** What is said where the list would be: it is being fetched, it can't be, there is nothing, or nothing is found. */
export function EmptyList({ found, filtering }: { found: UseFound; filtering: UseFilters }) {
  const { stock } = useFeed();
  const { done, error } = useStore(stock.loading);
  const search = useStore(stock.search);
  if (error && !done) return <Notice action={{ word: "Try again", run: () => void stock.load() }}>{error}</Notice>;
  if (found.items.length > 0) return null;
  if (!done) return <Notice busy>Counting the cases…</Notice>;
  if (found.total === 0) return <Notice>No equipment on this project yet.</Notice>;
  const { statuses, where } = filtering.filters;
  const filtered = statuses.size > 0 || where !== null;
  if (filtered) {
    const words = search === "" ? "No case" : `No case with “${search}”`;
    return <Notice action={{ word: "Drop the filters", run: filtering.clear }}>{words} passes these filters.</Notice>;
  }
  return (
    <Notice action={{ word: "Show all", run: () => stock.search.set("") }}>
      No case with “{search}” in its name, code or tags.
    </Notice>
  );
}
