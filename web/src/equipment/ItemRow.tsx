import { memo } from "react";
import { absolute, age, instant } from "../design/times";
import { useNow } from "../design/useNow";
import { isPending, statusOf } from "./asked";
import { placeOf } from "./filters";
import { STATUS_WORDS } from "./items";
import { rowProps, type ListItemProps } from "./listItem";

/** An item in one line of the dense list. */
export const ItemRow = memo(function ItemRow(props: ListItemProps) {
  const { item, asked, selected, selecting, nameOf, onOpen } = props;
  return (
    <div {...rowProps(props)} className="item-line">
      <div role="gridcell" className="title">
        {selecting ? (
          <span className="check" data-on={selected || undefined} aria-hidden="true" />
        ) : (
          <span className="dot" aria-hidden="true" />
        )}
        <button type="button" className="name" tabIndex={-1} title={item.name} onClick={() => onOpen(item.code)}>
          {item.name}
        </button>
      </div>
      <div role="gridcell" className="code">
        <code>{item.code}</code>
      </div>
      <div role="gridcell" className="dim where">
        {placeOf(item, nameOf)}
      </div>
      <div role="gridcell" className="status">
        {STATUS_WORDS[statusOf(item, asked)]}
      </div>
      <div role="gridcell" className="dim age">
        {isPending(item, asked) ? <span className="spinner" aria-hidden="true" /> : <Age at={instant(item.at)} />}
      </div>
    </div>
  );
});

/** Shorter than `Ago`, for a column. */
function Age({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={absolute(at)}>
      {age(useNow() - at)}
    </time>
  );
}
