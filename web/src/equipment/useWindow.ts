import { useLayoutEffect, useRef, useState, type RefObject } from "react";
import { columnsOf, scrolledTo, stretchOf, type Stretch } from "./windowed";

/** How big one thing of a list is, in px; `narrowest` null: one to a row. */
export interface Measure {
  readonly pitch: number; // from one row to the next
  readonly gap: number;
  readonly narrowest: number | null;
}

export interface Window extends Stretch {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly columns: number;
  readonly rows: number; // that are in view
  reveal: (row: number) => void;
}

/** The rows of a long list that have to be drawn, as it is scrolled and resized. */
export function useWindow(count: number, { pitch, gap, narrowest }: Measure): Window {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 0, width: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = () =>
      setView((known) => {
        const { scrollTop, clientHeight: height, clientWidth: width } = element;
        const top = Math.floor(scrollTop / pitch) * pitch; // between two rows nothing changes
        const same = height === 0 || (known.top === top && known.height === height && known.width === width);
        return same ? known : { top, height, width };
      });
    look();
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [pitch]);

  const columns = narrowest === null ? 1 : columnsOf(view.width, narrowest, gap);
  return {
    ...stretchOf(view.top, view.height, pitch, Math.ceil(count / columns)),
    scroller,
    columns,
    rows: Math.max(1, Math.floor(view.height / pitch)),
    reveal: (row) => {
      const element = scroller.current;
      if (element) element.scrollTop = scrolledTo(row, element.scrollTop, element.clientHeight, pitch);
    },
  };
}
