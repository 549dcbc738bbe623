import { useEffect, type KeyboardEvent, type RefObject } from "react";

const STEPS: Record<string, (place: number, count: number) => number> = {
  ArrowDown: (place, count) => (place + 1) % count,
  ArrowUp: (place, count) => (place - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** A menu as a keyboard expects it: arrows within, Escape and Tab out of it; a press elsewhere closes it too. */
export function useMenuKeys(menu: RefObject<HTMLElement | null>, onClose: (back: boolean) => void) {
  const items = () => [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  useEffect(() => {
    items()[0]?.focus({ preventScroll: true });
    const elsewhere = ({ target }: PointerEvent) => {
      if (!menu.current?.parentElement?.contains(target as Node)) onClose(false);
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, []);

  function onKeyDown(event: KeyboardEvent) {
    const all = items();
    const to = STEPS[event.key]?.(all.indexOf(document.activeElement as HTMLElement), all.length);
    if (to === undefined && event.key !== "Escape" && event.key !== "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (to === undefined) onClose(true);
    else all[to]?.focus();
  }
  return { onKeyDown };
}
