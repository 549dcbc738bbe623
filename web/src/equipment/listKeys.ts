/** The keyboard in the list of equipment: a table of keys. */

import type { KeyboardEvent } from "react";
import { STATUSES, type ItemStatus, type Status } from "../contract/types";
import { unlessScanned } from "../scanner/handScanner";
import type { UseSelection } from "./useSelection";

/** What the panel does for the list; the same object for as long as the panel is there. */
export interface ListCommands {
  open: (code: string) => void;
  ask: (codes: readonly string[], status: Status) => void;
  search: () => void;
}

export interface ListState {
  items: readonly ItemStatus[];
  place: number; // of the tab stop
  columns: number;
  rows: number; // in view
  goTo: (place: number) => string | undefined;
  selection: UseSelection;
  canWrite: boolean;
  commands: ListCommands;
}

const MOVES: Record<string, (list: ListState) => number> = {
  ArrowDown: ({ place, columns }) => place + columns,
  ArrowUp: ({ place, columns }) => place - columns,
  ArrowRight: ({ place }) => place + 1,
  ArrowLeft: ({ place }) => place - 1,
  PageDown: ({ items, place, columns, rows }) => Math.min(items.length - 1, place + rows * columns),
  PageUp: ({ place, columns, rows }) => Math.max(0, place - rows * columns),
  Home: () => 0,
  End: ({ items }) => items.length - 1,
};

type Act = (code: string, list: ListState) => void;

/** Of one character: what a hand scanner types first must not do it. */
const LETTERS: Record<string, Act> = {
  " ": (code, { canWrite, selection }) => canWrite && selection.choose.toggle(code),
  ...Object.fromEntries(STATUSES.map((status, at) => [String(at + 1), (code, list) => give(status, code, list)])) as Record<string, Act>,
};

const OTHERS: Record<string, Act> = {
  Enter: (code, { commands }) => commands.open(code),
  Escape: (_, { selection, commands }) => (selection.selecting ? selection.choose.end() : commands.search()),
};

function give(status: Status, code: string, { canWrite, selection, commands }: ListState): void {
  if (canWrite) commands.ask(selection.codes.size > 0 ? [...selection.codes] : [code], status);
}

export function listKeys(list: ListState): (event: KeyboardEvent) => void {
  return (event) => {
    const code = list.items[list.place]?.code;
    if (code === undefined || event.altKey) return;
    const whole = event.ctrlKey || event.metaKey;
    const move = whole ? undefined : MOVES[event.key];
    const act = whole ? undefined : OTHERS[event.key];
    const letter = whole ? undefined : LETTERS[event.key];
    if (move) step(list, move(list), event.shiftKey);
    else if (act) act(code, list);
    else if (letter) unlessScanned(() => letter(code, list));
    else if (whole && event.key === "a" && list.canWrite) list.selection.choose.all();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

/** With Shift what lies between is chosen too. */
function step({ items, place, goTo, selection, canWrite }: ListState, to: number, choosing: boolean): void {
  const from = items[place];
  const code = goTo(to);
  if (!choosing || !canWrite || !from || code === undefined) return;
  if (!selection.selecting || selection.codes.size === 0) selection.choose.toggle(from.code);
  selection.choose.extend(code);
}
