import { useEffect, useRef, type KeyboardEvent } from "react";
import { Icon } from "../design/Icon";
import { Notice } from "../design/Notice";
import { STATUSES, type ItemStatus } from "../contract/types";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { isPending, statusOf } from "./asked";
import { ItemHistory } from "./ItemHistory";
import { ItemPlace } from "./ItemPlace";
import { isField, unlessScanned } from "../scanner/handScanner";
import { closeItem } from "./open";
import { Pending } from "./Pending";
import { StatusButtons } from "./StatusButtons";
import { useAsked } from "./useFound";

interface Props {
  code: string;
  canWrite: boolean;
  nameOf: (slug: string) => string;
}

/** One item in place of the list: what it is, where it is, and all that has become of it. */
export function ItemDetail({ code, canWrite, nameOf }: Props) {
  const { stock } = useFeed();
  const items = useStore(stock.items);
  const { done } = useStore(stock.loading);
  const item = items.byCode.get(code);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  function press(event: KeyboardEvent) {
    const status = STATUSES[Number(event.key) - 1];
    if (!canWrite || !status || event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    unlessScanned(() => stock.changes.ask([code], status));
  }

  return (
    <article className="item-detail" data-testid="item-detail" aria-labelledby="item-name" onKeyDown={press}>
      <header>
        <button type="button" className="icon-button" aria-label="Back to the list" title="Back (Esc)" onClick={closeItem}>
          <Icon name="back" />
        </button>
        <h2 id="item-name" ref={heading} tabIndex={-1}>
          {item?.name ?? code}
        </h2>
        <code>{code}</code>
      </header>
      {!item && !done && <Notice busy>Counting the cases…</Notice>}
      {!item && done && <Notice action={{ word: "Back to the list", run: closeItem }}>No case {code} on this project.</Notice>}
      {item && (
        <div className="scroll" tabIndex={0} role="region" aria-label={`About ${item.name}`}>
          <ItemStatusNow item={item} canWrite={canWrite} />
          <ItemPlace item={item} nameOf={nameOf} />
          <ItemTags tags={items.tags.get(code) ?? []} />
          <ItemHistory item={item} nameOf={nameOf} />
        </div>
      )}
    </article>
  );
}

function ItemStatusNow({ item, canWrite }: { item: ItemStatus; canWrite: boolean }) {
  const { changes } = useFeed().stock;
  const asked = useAsked().get(item.code);
  const pending = isPending(item, asked);
  return (
    <section data-status={statusOf(item, asked)} aria-busy={pending} data-testid="item-status">
      <StatusButtons
        label={`Status of ${item.name}`}
        status={statusOf(item, asked)}
        pending={pending}
        disabled={!canWrite}
        onAsk={(status) => changes.ask([item.code], status)}
      />
      {pending && (
        <p className="dim">
          <Pending />
        </p>
      )}
    </section>
  );
}

function ItemTags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null;
  return (
    <section>
      <h3>Tags</h3>
      <ul className="item-tags">
        {tags.map((tag) => (
          <li key={tag}>
            <code>{tag}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
