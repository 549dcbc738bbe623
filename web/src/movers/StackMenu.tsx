import { useEffect, useLayoutEffect, useRef, type KeyboardEvent, type RefObject } from "react";
import { useNow } from "../design/useNow";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { activity, stateOf } from "./activity";
import { moverOf, type Mover } from "./movers";
import { MoverBadge } from "./MoverBadge";
import { StateSign } from "./StateSign";

interface Props {
  slugs: readonly string[];
  at: { readonly x: number; readonly y: number }; // px in the map
  movers: readonly Mover[];
  onSelect: (slug: string) => void;
  onClose: () => void;
}

const MOST = 100;
const EDGE = 12; // px
const TURNS: Readonly<Record<string, (place: number, count: number) => number>> = {
  ArrowDown: (place, count) => (place + 1) % count,
  ArrowUp: (place, count) => (place + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Who is in a stack of markers, one below the other. */
export function StackMenu({ slugs, at, movers, onSelect, onClose }: Props) {
  const menu = useRef<HTMLDivElement>(null);
  const listed = slugs.slice(0, MOST).flatMap((slug) => moverOf(movers, slug) ?? []);
  useInside(menu, at);
  useOutside(menu, onClose);
  useFocus(menu, slugs);

  function turn(event: KeyboardEvent) {
    if (event.key === "Escape" || event.key === "Tab") {
      event.stopPropagation();
      return onClose();
    }
    const items = [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const next = TURNS[event.key]?.(items.indexOf(document.activeElement as HTMLElement), items.length);
    if (next === undefined) return;
    event.preventDefault();
    items[next]?.focus();
  }

  return (
    <div
      className="stack"
      role="menu"
      aria-label={`${slugs.length} at this place`}
      ref={menu}
      data-testid="stack"
      onKeyDown={turn}
    >
      {listed.map((mover) => (
        <StackItem key={mover.slug} mover={mover} onSelect={onSelect} />
      ))}
      {slugs.length > MOST && <p className="hint">{slugs.length - MOST} more: go nearer.</p>}
    </div>
  );
}

function StackItem({ mover, onSelect }: { mover: Mover; onSelect: (slug: string) => void }) {
  const { fleet } = useFeed();
  const now = useNow();
  const online = useStore(fleet.presences)[mover.slug]?.online;
  const fix = fleet.positions.fixes.get(mover.slug);
  const state = stateOf(fix, online, now);
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      data-testid={`stack-${mover.slug}`}
      data-state={state}
      onClick={() => onSelect(mover.slug)}
    >
      <MoverBadge mover={mover} />
      <span className="who">
        <b>{mover.name}</b>
        <span className="doing">{activity(state, fix, fleet.positions.trails.get(mover.slug) ?? [], now)}</span>
      </span>
      <StateSign state={state} heading={fix?.heading ?? null} />
    </button>
  );
}

/** On the first; afterwards where it was. */
function useFocus(menu: RefObject<HTMLDivElement | null>, slugs: readonly string[]): void {
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    menu.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    return () => before?.focus({ preventScroll: true });
  }, [menu, slugs]);
}

/** At the click's place, as far as the map reaches. */
function useInside(menu: RefObject<HTMLDivElement | null>, at: Props["at"]): void {
  useLayoutEffect(() => {
    const element = menu.current;
    const map = element?.parentElement;
    if (!element || !map) return;
    const within = (value: number, size: number, room: number) => Math.max(EDGE, Math.min(value, room - size - EDGE));
    element.style.left = `${within(at.x + EDGE, element.offsetWidth, map.clientWidth)}px`;
    element.style.top = `${within(at.y - EDGE, element.offsetHeight, map.clientHeight)}px`;
  }, [menu, at]);
}

function useOutside(menu: RefObject<HTMLDivElement | null>, onClose: () => void): void {
  const close = useRef(onClose);
  useEffect(() => void (close.current = onClose));
  useEffect(() => {
    const away = ({ target }: Event) => menu.current?.contains(target as Node) || close.current();
    addEventListener("pointerdown", away);
    addEventListener("wheel", away, { passive: true });
    return () => {
      removeEventListener("pointerdown", away);
      removeEventListener("wheel", away);
    };
  }, [menu]);
}
