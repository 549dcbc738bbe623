import { memo } from "react";
import type { Delivery, Message } from "./chat";
import { Ago } from "../design/Ago";
import { Avatar } from "../design/Avatar";
import { Icon } from "../design/Icon";

interface Props {
  message: Message;
  name: string;
  own: boolean;
  follows: boolean; // the line before is its author's too
  onRetry: () => void;
}

export const ChatLine = memo(
  function ChatLine({ message, name, own, follows, onRetry }: Props) {
    const { author, body, at, deletedAt, editedAt, delivery, error } = message;
    return (
      <li
        className="line"
        data-testid="chat-message"
        data-author={author}
        data-own={own || undefined}
        data-follows={follows || undefined}
        data-delivery={delivery}
      >
        {!own && <Avatar slug={author} name={name} />}
        <div className="bubble">
          {deletedAt === null ? <p className="body">{body}</p> : <p className="body dim">Message taken back</p>}
          <p className="by">
            <span className={own || follows ? "hidden" : undefined}>{own ? "You" : name}</span>
            <Ago at={at} />
            {editedAt !== null && deletedAt === null && <span>edited</span>}
            {own && <DeliveryWord delivery={delivery} />}
          </p>
          {own && delivery === "failed" && (
            <p className="failed" role="alert">
              {error ?? "not sent"}{" "}
              <button type="button" className="link" onClick={onRetry}>
                Try again
              </button>
            </p>
          )}
        </div>
      </li>
    );
  },
  (before, after) => before.message === after.message && before.name === after.name && before.follows === after.follows,
);

function DeliveryWord({ delivery }: { delivery: Delivery }) {
  const icon = ({ sending: "clock", sent: "check", stored: "stored", failed: "warning" } as const)[delivery];
  return (
    <span className="delivery">
      <Icon name={icon} size={13} /> {delivery}
    </span>
  );
}
