import { useCallback, useLayoutEffect, useRef, useState } from "react";
import type { Message } from "./chat";
import type { ChatHistory } from "./chatHistory";

const NEAR_PX = 40;

/** Keeps to the newest line unless the reader went up; there, older ones of `history` are fetched without a jump. */
export function useChatScroll(lines: readonly Message[], history: ChatHistory | null, me: string) {
  const list = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const before = useRef<{ first?: string; last?: string; height: number }>({ height: 0 });
  const [unread, setUnread] = useState(0);

  const toNewest = useCallback(() => {
    following.current = true;
    setUnread(0);
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, []);

  useLayoutEffect(() => {
    const box = list.current;
    if (!box) return;
    const { first, last, height } = before.current;
    const place = lines.findIndex(({ id }) => id === last);
    before.current = { first: lines[0]?.id, last: lines.at(-1)?.id, height: box.scrollHeight };
    if (following.current) box.scrollTop = box.scrollHeight;
    else if (first !== undefined && first !== lines[0]?.id) box.scrollTop += box.scrollHeight - height;
    if (!following.current && place >= 0) {
      const came = lines.slice(place + 1).filter(({ author }) => author !== me).length;
      if (came > 0) setUnread((known) => known + came);
    }
  }, [lines, me]);

  const onScroll = useCallback(() => {
    const box = list.current;
    if (!box) return;
    following.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    if (following.current) setUnread(0);
    if (box.scrollTop < NEAR_PX && !following.current && history?.hasOlder.get()) void history.loadOlder();
  }, [history]);

  return { list, onScroll, unread, toNewest };
}
