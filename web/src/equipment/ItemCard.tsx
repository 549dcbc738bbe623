import { memo, useState } from "react";
import * as api from "../live/api";
import { mergeItems, STATUS_WORDS } from "./items";
import { STATUSES, type ItemStatus, type Status } from "../contract/messages";
import { instant } from "../design/times";
import { useFeed } from "../live/useFeed";
import { Ago } from "../design/Ago";

interface Props {
  item: ItemStatus;
  canWrite: boolean;
  nameOf: (slug: string) => string;
}

export const ItemCard = memo(function ItemCard({ item, canWrite, nameOf }: Props) {
  const { pending, error, change } = useStatusChange(item.code);
  return (
    <li className="card" data-testid={`item-${item.code}`} data-status={item.status} aria-busy={pending !== null}>
      <h3>
        <span title={item.name}>{item.name}</span> <code>{item.code}</code>
      </h3>
      <p className="dim">
        {[whereOf(item, nameOf), item.by ? `by ${nameOf(item.by)}` : ""].filter(Boolean).join(" · ")} ·{" "}
        <Ago at={instant(item.at)} />
      </p>
      <div className="statuses" role="group" aria-label={`Status of ${item.name}`}>
        {STATUSES.map((status) => (
          <button
            key={status}
            type="button"
            data-status-button={status}
            data-pending={status === pending || undefined}
            aria-pressed={status === item.status}
            disabled={!canWrite || pending !== null || status === item.status}
            onClick={() => void change(status)}
          >
            {status === pending && <span className="spinner" aria-label="changing" />}
            {STATUS_WORDS[status]}
          </button>
        ))}
      </div>
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
    </li>
  );
});

function whereOf({ vehicle, project }: ItemStatus, nameOf: (slug: string) => string): string {
  if (vehicle) return `On ${nameOf(vehicle)}`;
  return project ? "On the project" : "On no project";
}

/** A change under way. The status shown stays the true one until the server has said otherwise. */
function useStatusChange(code: string) {
  const feed = useFeed();
  const [pending, setPending] = useState<Status | null>(null);
  const [error, setError] = useState<string | null>(null);

  async function change(status: Status) {
    setPending(status);
    setError(null);
    try {
      const changed = await api.setStatus(code, status);
      feed.items.update((items) => mergeItems(items, [changed]));
    } catch (reason) {
      setError(`Not changed to ${STATUS_WORDS[status]}: ${(reason as Error).message}`);
    } finally {
      setPending(null);
    }
  }
  return { pending, error, change };
}
