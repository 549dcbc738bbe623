import { memo, useState, type MouseEvent } from "react";
import type { Pin } from "../contract/types";
import { Avatar } from "../design/Avatar";
import { absolute, clock } from "../design/times";
import { Body } from "./Body";
import type { Message } from "./chat";
import { DeliveryWord, NotDelivered } from "./Delivery";
import { LineMenu } from "./LineMenu";
import { PinChip } from "./PinChip";
import { Quote } from "./Quote";
import { Readers } from "./Readers";

export interface LineActions {
  reply: (message: Message) => void;
  edit: (message: Message) => void;
  takeBack: (message: Message) => void;
  retry: (entry: string) => void;
  discard: (entry: string) => void;
  open: (pin: Pin) => void;
  quote: (id: string) => void;
  readers: (message: Message) => void;
  stop: (key: string) => void;
}

interface Props {
  message: Message;
  name: string;
  nameOf: (slug: string) => string;
  own: boolean;
  mentioned: boolean; // whether it names the reader
  follows: boolean; // the line before is its author's too
  leads: boolean; // and the next one
  quoted: Message | null | undefined; // what it answers; undefined until that is here
  readers: string; // slugs of those who have read up to here
  canWrite: boolean;
  isStop: boolean; // of the Tab key
  actions: LineActions;
}

export const ChatLine = memo(function ChatLine(props: Props) {
  const { message, name, nameOf, own, follows, leads, quoted, readers, actions } = props;
  const { author, id, at, deletedAt, editedAt, delivery, pin } = message;
  const [open, setOpen] = useState(false);
  const quiet = leads && !(own && delivery !== "stored") && editedAt === null; // the next line says it for both

  /** Where nothing hovers, a tap opens the menu; a tap on something in the message opens that. */
  function tap(event: MouseEvent) {
    if (!matchMedia("(hover: none)").matches || (event.target as HTMLElement).closest("a, button, [role=menu]")) return;
    if (getSelection()?.isCollapsed !== false) setOpen(true);
  }

  return (
    <li
      className="line"
      data-testid="chat-message"
      data-key={`${author}/${id}`}
      data-id={id}
      data-author={author}
      data-own={own || undefined}
      data-mentioned={props.mentioned || undefined}
      data-follows={follows || undefined}
      data-gone={deletedAt !== null || undefined}
      data-delivery={delivery}
      tabIndex={-1}
    >
      {!own && <Avatar slug={author} name={name} />}
      <div className="bubble" onClick={tap}>
        <span className="hidden">
          {own ? "You" : name}, {clockOf(at)}:{" "}
        </span>
        {message.replyTo !== null && (
          <Quote id={message.replyTo} quoted={quoted} nameOf={nameOf} onOpen={actions.quote} />
        )}
        {deletedAt === null ? <Body text={message.body} nameOf={nameOf} /> : <p className="body dim">Message taken back</p>}
        {pin && deletedAt === null && <PinChip pin={pin} onOpen={actions.open} />}
        <p className={quiet ? "by hidden" : "by"}>
          {!own && <span aria-hidden="true">{name}</span>}
          <time dateTime={new Date(at).toISOString()} title={absolute(at)} aria-hidden="true">
            {clockOf(at)}
          </time>
          {editedAt !== null && deletedAt === null && <span>edited</span>}
          {own && <DeliveryWord delivery={delivery} />}
        </p>
        {delivery === "failed" && <NotDelivered message={message} actions={actions} />}
        {deletedAt === null && delivery !== "failed" && (
          <LineMenu {...props} open={open} onToggle={setOpen} />
        )}
      </div>
      {readers !== "" && <Readers slugs={readers.split(" ")} nameOf={nameOf} />}
    </li>
  );
});

/** The hour alone: the day stands above. */
function clockOf(at: number): string {
  return clock(at, at);
}
