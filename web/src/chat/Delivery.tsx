import { Icon } from "../design/Icon";
import type { Delivery, Message } from "./chat";
import type { LineActions } from "./ChatLine";

const ICONS = { sending: "clock", sent: "check", stored: "stored", failed: "warning" } as const;

/** What became of a message of one's own. */
export function DeliveryWord({ delivery }: { delivery: Delivery }) {
  return (
    <span className="delivery">
      <Icon name={ICONS[delivery]} size={13} /> {delivery}
    </span>
  );
}

/** Why it failed, and what one can do. */
export function NotDelivered({ message: { entry, error }, actions }: { message: Message; actions: LineActions }) {
  return (
    <div className="failed" role="alert">
      <span>{error ?? "not sent"}</span>
      {entry !== null && (
        <>
          <button type="button" className="link" onClick={() => actions.retry(entry)}>
            Try again
          </button>
          <button type="button" className="link" onClick={() => actions.discard(entry)}>
            Discard
          </button>
        </>
      )}
    </div>
  );
}
