import type { CSSProperties } from "react";
import type { ItemStatus, Status } from "../contract/types";
import { isPending, statusOf, type Asked } from "./asked";
import { placeOf } from "./filters";
import { STATUS_NAMES } from "./items";

/** What a card and a row of the list are given. */
export interface ListItemProps {
  item: ItemStatus;
  asked: Asked | undefined;
  place: number; // in the whole list, from 0
  column: number;
  row: number;
  isTabStop: boolean;
  selected: boolean;
  selecting: boolean;
  canWrite: boolean;
  nameOf: (slug: string) => string;
  onOpen: (code: string) => void;
  onAsk: (code: string, status: Status) => void;
}

/** What both say of themselves: to tests, to style sheets, to a screen reader. */
export function rowProps({ item, asked, place, column, row, isTabStop, selected, selecting, nameOf }: ListItemProps) {
  const status = statusOf(item, asked);
  const pending = isPending(item, asked);
  return {
    role: "row",
    tabIndex: isTabStop ? 0 : -1,
    "data-testid": `item-${item.code}`,
    "data-code": item.code,
    "data-status": status,
    "aria-rowindex": place + 1,
    "aria-selected": selecting ? selected : undefined,
    "aria-busy": pending,
    "aria-label": `${item.name}, ${item.code}: ${STATUS_NAMES[status]}${pending ? ", on its way" : ""}, ${placeOf(item, nameOf)}`,
    style: { "--column": column, "--row": row } as CSSProperties,
  };
}
