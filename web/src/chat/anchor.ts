/** Where lines are in the log: what has to be measured so that nothing jumps. */

/** A line, and where it was in the content (px). */
export interface Anchor {
  readonly line: Element;
  readonly y: number;
}

/** How far the newest line is below what is seen (px). */
export function belowOf({ scrollHeight, scrollTop, clientHeight }: HTMLElement): number {
  return scrollHeight - scrollTop - clientHeight;
}

export function yOf(line: Element, box: HTMLElement): number {
  return line.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
}

export function lineOf(box: HTMLElement | null, key: string): HTMLElement | null {
  return box?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
}

/** The first message in sight. The line before a day moves when the day gets older messages, so it holds nothing. */
export function firstInSight(box: HTMLElement): Anchor | null {
  const lines = box.querySelectorAll("[data-key]");
  const { top } = box.getBoundingClientRect();
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.getBoundingClientRect().bottom ?? 0) > top) high = middle;
    else low = middle + 1;
  }
  const line = lines[low];
  return line ? { line, y: yOf(line, box) } : null;
}
