import { memo } from "react";
import { Ago } from "../design/Ago";
import { instant } from "../design/times";
import { isPending, statusOf } from "./asked";
import { placeOf } from "./filters";
import { rowProps, type ListItemProps } from "./listItem";
import { Pending } from "./Pending";
import { StatusButtons } from "./StatusButtons";

/** An item with the buttons that change it. */
export const ItemCard = memo(function ItemCard(props: ListItemProps) {
  const { item, asked, selected, selecting, canWrite, nameOf, onOpen, onAsk } = props;
  const pending = isPending(item, asked);
  return (
    <div {...rowProps(props)} className="item-card">
      <div role="gridcell" className="title">
        {selecting && <span className="check" data-on={selected || undefined} aria-hidden="true" />}
        <button type="button" className="name" tabIndex={-1} title={item.name} onClick={() => onOpen(item.code)}>
          {item.name}
        </button>
        <code>{item.code}</code>
      </div>
      <div role="gridcell" className="dim where">
        {item.vehicle ? `On ${nameOf(item.vehicle)}` : placeOf(item, nameOf)}
        {" · "}
        {pending ? (
          <Pending />
        ) : (
          <>
            {item.by && `${nameOf(item.by)} · `}
            <Ago at={instant(item.at)} />
          </>
        )}
      </div>
      <div role="gridcell">
        <StatusButtons
          label={`Status of ${item.name}`}
          status={statusOf(item, asked)}
          pending={pending}
          disabled={!canWrite}
          inList
          onAsk={(status) => onAsk(item.code, status)}
        />
      </div>
    </div>
  );
});
