import { showOnMap } from "../app/router";
import type { ItemEvent, ItemStatus } from "../contract/types";
import { Ago } from "../design/Ago";
import { Icon } from "../design/Icon";
import { Notice } from "../design/Notice";
import { instant } from "../design/times";
import { wordsOf } from "./history";
import { useHistory } from "./useHistory";

type NameOf = (slug: string) => string;

/** Who did what to an item, when, and where on the map; it goes on as the item changes. */
export function ItemHistory({ item, nameOf }: { item: ItemStatus; nameOf: NameOf }) {
  const { events, more, done, error, loadMore, retry } = useHistory(item);
  return (
    <section>
      <h3>History</h3>
      {!done && !error && <Notice busy>Looking up what became of it…</Notice>}
      {error && <Notice action={{ word: "Try again", run: retry }}>{error}</Notice>}
      {done && events.length === 0 && <p className="dim">Nothing yet: it was never scanned and its status never changed.</p>}
      <ol className="item-history" data-testid="item-history">
        {events.map((event) => (
          <EventLine key={event.id} event={event} nameOf={nameOf} />
        ))}
      </ol>
      {more && (
        <button type="button" className="button small" onClick={loadMore}>
          Earlier
        </button>
      )}
    </section>
  );
}

function EventLine({ event, nameOf }: { event: ItemEvent; nameOf: NameOf }) {
  const { at, status, result, lat, lon } = event;
  const words = wordsOf(event, nameOf);
  return (
    <li data-status={status ?? undefined} data-result={result}>
      <div>
        <p>{words}</p>
        <p className="dim">
          <Ago at={instant(at)} />
          {result === "wrong_project" && <span className="warn"> · while on another project: nothing changed</span>}
        </p>
      </div>
      {lat !== null && lon !== null && (
        <button
          type="button"
          className="icon-button"
          aria-label={`Show on map where ${words}`}
          title="Show on map"
          onClick={() => showOnMap({ at: `${lat},${lon}` })}
        >
          <Icon name="tracker" size={16} />
        </button>
      )}
    </li>
  );
}
