import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { belowOf, firstInSight, lineOf, yOf, type Anchor } from "./anchor";
import type { ChatHistory } from "./chatHistory";
import type { Row } from "./days";
import { useRowsDrawn } from "./useRowsDrawn";

const NEAR_PX = 40;
const AHEAD_PX = 300; // older messages are fetched before the top is reached

/** Keeps to the newest line unless the reader went up; there nothing moves, whatever is drawn above. */
export function useChatScroll(rows: readonly Row[], history: ChatHistory | null) {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const anchor = useRef<Anchor | null>(null);
  const top = useRef(0); // where it was left; when it is higher, the reader has scrolled and the event is yet to come
  const placed = useRef(history === null); // whether the reader has been taken to what is new, once
  const [away, setAway] = useState(false);
  const [target, setTarget] = useState<{ key: string } | null>(null);
  const view = useRowsDrawn(rows);
  const { shown, atStart, atEnd } = view;

  const settle = useCallback(() => {
    const scroller = box.current;
    if (!scroller) return;
    if (scroller.scrollTop < top.current - 1 && belowOf(scroller) > NEAR_PX) following.current = false;
    if (following.current) scroller.scrollTop = scroller.scrollHeight;
    else if (anchor.current?.line.isConnected) scroller.scrollTop += yOf(anchor.current.line, scroller) - anchor.current.y;
    anchor.current = firstInSight(scroller);
    top.current = scroller.scrollTop;
  }, []);

  const look = useCallback(() => {
    const scroller = box.current;
    if (!scroller || scroller.clientHeight === 0) return;
    const below = belowOf(scroller);
    following.current = atEnd && below < NEAR_PX;
    setAway(!following.current);
    anchor.current = firstInSight(scroller);
    top.current = scroller.scrollTop;
    if (!atEnd && below < AHEAD_PX) view.down();
    else if (scroller.scrollTop < AHEAD_PX && !atStart) view.up();
    else if (scroller.scrollTop < AHEAD_PX) void history?.loadOlder();
  }, [atStart, atEnd, view, history]);

  useLayoutEffect(settle);
  useLayoutEffect(() => {
    const divider = box.current?.querySelector("[data-row=new]");
    if (!box.current || !divider || placed.current) return;
    placed.current = true;
    if (following.current) box.current.scrollTop = yOf(divider, box.current) - NEAR_PX;
    look();
  }, [shown, look]);
  useLayoutEffect(() => {
    const line = target && lineOf(box.current, target.key);
    if (!box.current || !line) return;
    const { clientHeight } = box.current;
    box.current.scrollTop = yOf(line, box.current) - Math.max(NEAR_PX, (clientHeight - line.clientHeight) / 2);
    look();
    line.focus({ preventScroll: true });
    setTarget(null);
  }, [target, shown, look]);
  useEffect(() => {
    const resized = new ResizeObserver(settle);
    if (box.current) resized.observe(box.current);
    return () => resized.disconnect();
  }, [settle]);

  /** Shows a message, by its key; it must be among the rows. */
  const show = useCallback(
    (key: string) => {
      following.current = false;
      placed.current = true;
      view.include(key);
      setTarget({ key });
    },
    [view],
  );
  const toNewest = useCallback(() => {
    following.current = true;
    placed.current = true;
    setAway(false);
    view.newest();
    settle();
  }, [view, settle]);

  return { box, shown, atEnd, away, onScroll: look, show, toNewest };
}
