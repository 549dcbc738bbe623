import { useEffect, useRef, useState, type RefObject } from "react";

const BEYOND = 20; // rows drawn above and below what is in view

export interface Window {
  readonly first: number;
  readonly last: number; // not drawn any more
  readonly height: number; // px of a row
}

/** Which rows of a long list in a `.scroll` have to be there: a project has thousands, a screen shows twenty. */
export function useRowsInView(list: RefObject<HTMLElement | null>, count: number): Window {
  const known = useRef(0); // height of a row, for when none is there to be measured
  const [window, setWindow] = useState<Window>({ first: 0, last: 2 * BEYOND, height: 0 });
  useEffect(() => {
    const scroll = list.current?.closest<HTMLElement>(".scroll");
    if (!scroll) return;
    const look = () => {
      const height = list.current?.querySelector("li")?.offsetHeight || known.current;
      if (!list.current || !height) return;
      known.current = height;
      const above = scroll.getBoundingClientRect().top - list.current.getBoundingClientRect().top;
      const first = clamp(Math.floor(above / height / BEYOND) * BEYOND - BEYOND, count - 2 * BEYOND);
      const last = clamp(Math.ceil((above + scroll.clientHeight) / height / BEYOND) * BEYOND + BEYOND, count);
      setWindow((before) =>
        before.first === first && before.last === last && before.height === height ? before : { first, last, height },
      );
    };
    look();
    const resized = new ResizeObserver(look);
    resized.observe(scroll);
    scroll.addEventListener("scroll", look, { passive: true });
    return () => {
      resized.disconnect();
      scroll.removeEventListener("scroll", look);
    };
  }, [list, count]);
  return window;
}

function clamp(row: number, most: number): number {
  return Math.max(0, Math.min(row, most));
}
