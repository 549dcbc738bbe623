import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import type { Notices } from "./notice";

/** The open project's notices, newest first, and how many of them nobody here has seen. */
export function useNotices(): { notices: Notices; unseen: number } {
  const notices = useStore(useFeed().centre.notices);
  return { notices, unseen: notices.filter(({ seen }) => !seen).length };
}
