import { useCallback, useState } from "react";
import type { Row } from "./days";

const MOST = 400; // rows drawn at once
const STEP = 150;

/** The part of the rows that is drawn: the newest, or wherever the reader went. */
export function useRowsDrawn(rows: readonly Row[]) {
  const [last, setLast] = useState<string | null>(null); // key of the last row drawn; null follows the newest
  const found = last === null ? -1 : rows.findIndex(({ key }) => key === last);
  const end = found < 0 ? rows.length : found + 1;
  const start = Math.max(0, end - MOST);

  /** Draws rows up to this place at least, never fewer than fit. */
  const endAt = useCallback(
    (place: number) => {
      const wanted = Math.max(place, MOST);
      setLast(wanted >= rows.length ? null : (rows[wanted - 1]?.key ?? null));
    },
    [rows],
  );
  const include = useCallback(
    (key: string) => {
      const place = rows.findIndex((row) => row.key === key);
      if (place >= 0 && (place < start || place >= end)) endAt(place + MOST / 2);
      return place >= 0;
    },
    [rows, start, end, endAt],
  );
  return {
    shown: start === 0 && end === rows.length ? rows : rows.slice(start, end),
    atStart: start === 0,
    atEnd: end === rows.length,
    up: () => endAt(end - STEP),
    down: () => endAt(end + STEP),
    newest: () => setLast(null),
    include,
  };
}
