import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import type { Conversation } from "./conversation";
import { useStore } from "../live/store";

const SLACK_PX = 2;

/** Whoever has the newest line before their eyes has read everything; where only the last are shown, if all unread are. */
export function useSight(box: RefObject<HTMLElement | null>, conversation: Conversation, ready: boolean, brief: boolean): void {
  const { first } = useStore(conversation.unread);
  const look = useRef(() => {});

  useLayoutEffect(() => {
    look.current = () => {
      const end = box.current?.querySelector("[data-end]");
      if (!ready || !end || document.visibilityState !== "visible" || !document.hasFocus()) return;
      const oldest = brief && first !== null ? box.current?.querySelector(`[data-id="${first}"]`) : end;
      if (inSight(end, box.current) && oldest && inSight(oldest, box.current)) conversation.read();
    };
    look.current();
  });
  useEffect(() => {
    const scroller = box.current;
    const again = () => look.current();
    const resized = new ResizeObserver(again); // it comes into view on the phone by getting a size
    if (scroller) resized.observe(scroller);
    scroller?.addEventListener("scroll", again, { passive: true });
    document.addEventListener("visibilitychange", again);
    addEventListener("focus", again);
    return () => {
      resized.disconnect();
      scroller?.removeEventListener("scroll", again);
      document.removeEventListener("visibilitychange", again);
      removeEventListener("focus", again);
    };
  }, [box]);
}

function inSight(line: Element, box: Element | null): boolean {
  if (!box || box.clientHeight === 0) return false;
  const { top, bottom } = line.getBoundingClientRect();
  const frame = box.getBoundingClientRect();
  const floor = Math.min(frame.bottom, innerHeight) + SLACK_PX;
  return top >= Math.max(frame.top, 0) - SLACK_PX && bottom <= floor && frame.left < innerWidth;
}
