import type { ReactNode } from "react";
import { Loaded, type Shown } from "./Loaded";

interface Props<Row> {
  of: Shown<readonly Row[]>;
  empty?: string;
  children: (row: Row) => ReactNode;
}

/** Rows that were fetched; or that they are on their way, can't be had, or that there are none. */
export function List<Row>({ of, empty, children }: Props<Row>) {
  return (
    <Loaded of={of}>
      {(rows) => (rows.length === 0 && empty ? <p className="dim empty">{empty}</p> : <ul>{rows.map(children)}</ul>)}
    </Loaded>
  );
}
