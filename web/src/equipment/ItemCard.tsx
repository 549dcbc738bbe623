import { memo } from "react";
import { useLive } from "../live/useRealtime";
import { STATUS_WORDS } from "./items";
import { STATUSES, type ItemStatus, type Status } from "../contract/types";
import { instant } from "../design/times";
import { now } from "../live/clock";
import type { Entry } from "../live/outbox";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { uuid } from "../live/uuid";
import type { AskedStatus } from "../live/ways";
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
            onClick={() => change(status)}
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

/** The last change of one's own that is under way or was refused. */
function useStatusChange(code: string) {
  const { project } = useFeed();
  const { outbox } = useLive();
  const entries = useStore(outbox.entries);
  const mine = entries.findLast(({ kind, payload }) => kind === "status" && (payload as AskedStatus).codes.includes(code));
  const asked = mine && (payloadOf(mine).status);
  const pending = mine && mine.fate !== "failed" ? (asked ?? null) : null;
  const error = mine?.fate === "failed" && asked ? `Not changed to ${STATUS_WORDS[asked]}: ${mine.error}` : null;

  function change(status: Status) {
    if (mine?.fate === "failed") outbox.drop(mine.id);
    const id = uuid();
    outbox.add("status", project, { codes: [code], status, id, at: new Date(now()).toISOString() }, id);
  }
  return { pending, error, change };
}

function payloadOf({ payload }: Entry): AskedStatus {
  return payload as AskedStatus;
}
