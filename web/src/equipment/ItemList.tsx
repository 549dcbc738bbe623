import { useEffect, useLayoutEffect, useMemo, useState, type CSSProperties, type MouseEvent } from "react";
import type { ItemStatus, Status } from "../contract/types";
import { usePhone } from "../app/usePhone";
import type { Asked } from "./asked";
import { ItemCard } from "./ItemCard";
import { ItemRow } from "./ItemRow";
import { listKeys, type ListCommands } from "./listKeys";
import type { UseSelection } from "./useSelection";
import { useWindow, type Measure } from "./useWindow";

export type Layout = "grid" | "list";

const MEASURES: Record<Layout, { desktop: Measure; phone: Measure }> = {
  grid: { desktop: { pitch: 112, gap: 8, narrowest: 280 }, phone: { pitch: 126, gap: 8, narrowest: 280 } },
  list: { desktop: { pitch: 36, gap: 0, narrowest: null }, phone: { pitch: 48, gap: 0, narrowest: null } },
};

interface Props {
  items: readonly ItemStatus[];
  asked: ReadonlyMap<string, Asked>;
  layout: Layout;
  selection: UseSelection;
  canWrite: boolean;
  nameOf: (slug: string) => string;
  about: string; // another search or filter begins at the top
  focusOn: string | null; // the item that was open, when it is closed
  commands: ListCommands;
}

/** All that was found, of which only what is in view is drawn. One tab stop; arrows move in it. */
export function ItemList({ items, asked, layout, selection, canWrite, nameOf, about, focusOn, commands }: Props) {
  const measure = MEASURES[layout][usePhone() ? "phone" : "desktop"];
  const { scroller, first, end, columns, rows, reveal } = useWindow(items.length, measure);
  const [active, setActive] = useState<string | null>(null);
  const [goes, setGoes] = useState(0); // how often the focus went to another: it can when that is drawn
  const place = Math.max(0, items.findIndex(({ code }) => code === active));

  useEffect(() => void scroller.current?.scrollTo({ top: 0 }), [scroller, about, layout]);
  useEffect(() => {
    if (focusOn !== null) goTo(items.findIndex(({ code }) => code === focusOn));
  }, [focusOn]); // not when the list changes
  useLayoutEffect(() => {
    if (goes > 0) scroller.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }, [scroller, goes]);

  function goTo(next: number) {
    const item = items[next];
    if (!item) return;
    setActive(item.code);
    setGoes((times) => times + 1);
    reveal(Math.floor(next / columns));
    return item.code;
  }

  /** Ctrl, Shift, or anywhere on an item while choosing: chooses. In the dense list any other click opens. */
  function click(event: MouseEvent) {
    const target = event.target as Element;
    const code = target.closest<HTMLElement>("[data-code]")?.dataset.code;
    if (code === undefined || target.closest(".statuses")) return;
    const how = event.shiftKey ? "extend" : event.ctrlKey || event.metaKey || selection.selecting ? "toggle" : null;
    if (how !== null ? !canWrite : layout === "grid") return;
    event.stopPropagation();
    if (how === null) commands.open(code);
    else selection.choose[how](code);
  }

  const drawn = [...new Set([...range(first * columns, Math.min(end * columns, items.length)), place])];
  const Item = layout === "grid" ? ItemCard : ItemRow;
  const keys = listKeys({ items, place, columns, rows, goTo, selection, canWrite, commands });
  const ask = useMemo(() => (code: string, status: Status) => commands.ask([code], status), [commands]);
  return (
    <div className="scroll items" ref={scroller} data-layout={layout}>
      <div
        role="grid"
        aria-label="Equipment found"
        aria-rowcount={items.length}
        aria-multiselectable={selection.selecting || undefined}
        onKeyDown={keys}
        onClickCapture={click}
        onMouseDown={focusRow}
        onFocus={(event) => setActive(event.target.closest<HTMLElement>("[data-code]")?.dataset.code ?? active)}
      >
        <div
          role="rowgroup"
          className="rows"
          style={
            {
              "--columns": columns,
              "--pitch": `${measure.pitch}px`,
              "--gap": `${measure.gap}px`,
              "--rows": Math.ceil(items.length / columns),
            } as CSSProperties
          }
        >
          {drawn.map((at) => {
            const item = items[at];
            return (
              item && (
                <Item
                  key={item.code}
                  item={item}
                  asked={asked.get(item.code)}
                  place={at}
                  column={at % columns}
                  row={Math.floor(at / columns)}
                  isTabStop={at === place}
                  selected={selection.codes.has(item.code)}
                  selecting={selection.selecting}
                  canWrite={canWrite}
                  nameOf={nameOf}
                  onOpen={commands.open}
                  onAsk={ask}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The focus goes to the item, not to a button in it that may be disabled in a moment. */
function focusRow(event: MouseEvent): void {
  if (!(event.target as Element).closest("button")) return;
  event.preventDefault();
  (event.target as Element).closest<HTMLElement>("[data-code]")?.focus({ preventScroll: true });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, step) => from + step);
}
