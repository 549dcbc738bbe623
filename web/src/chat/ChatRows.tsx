import { useMemo, useState, type KeyboardEvent } from "react";
import type { Pin } from "../contract/types";
import { useFeed } from "../live/useFeed";
import { useNow } from "../design/useNow";
import { useNames } from "../movers/useMovers";
import type { Message } from "./chat";
import { ChatLine, type LineActions } from "./ChatLine";
import { dayWords, type Row } from "./days";
import { openPin } from "./pins";

interface Props {
  me: string;
  rows: readonly Row[];
  byId: ReadonlyMap<string, Message>;
  readers: ReadonlyMap<string, readonly string[]>;
  canWrite: boolean;
  onQuote: (id: string) => void;
  onReaders: (message: Message) => void;
}

/** The messages between their days. One of them is a stop of the Tab key; arrows go to the others. */
export function ChatRows({ me, rows, byId, readers, canWrite, onQuote, onReaders }: Props) {
  const feed = useFeed();
  const nameOf = useNames(feed.fleet);
  const [stop, setStop] = useState<string | null>(null);
  const messages = rows.filter((row) => row.kind === "message");
  const current = messages.find(({ key }) => key === stop)?.key ?? messages.at(-1)?.key;
  const actions = useMemo<LineActions>(() => {
    const { conversation, outbox, project } = feed;
    return {
      reply: (message) => conversation.composer.reply(message),
      edit: (message) => conversation.composer.edit(message),
      takeBack: (message) => conversation.takeBack(message),
      retry: (entry) => outbox.retry(entry),
      discard: (entry) => outbox.drop(entry),
      open: (pin: Pin) => openPin(project, pin),
      quote: onQuote,
      readers: onReaders,
      stop: setStop,
    };
  }, [feed, onQuote, onReaders]);

  return (
    <ol onKeyDown={step}>
      {rows.map((row) => {
        if (row.kind === "day") return <Day key={row.key} at={row.at} />;
        if (row.kind === "new") return <NewSince key={row.key} />;
        const { message, follows, leads, key } = row;
        return (
          <ChatLine
            key={key}
            message={message}
            name={nameOf(message.author)}
            nameOf={nameOf}
            own={message.author === me}
            mentioned={message.author !== me && message.mentions.includes(me)}
            follows={follows}
            leads={leads}
            quoted={message.replyTo === null ? null : byId.get(message.replyTo)}
            readers={readers.get(key)?.join(" ") ?? ""}
            canWrite={canWrite}
            isStop={key === current}
            actions={actions}
          />
        );
      })}
      <li data-end aria-hidden="true" />
    </ol>
  );
}

/** From the button of one message to that of the next. */
function step(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const from = event.target as HTMLElement;
  if (!by || !from.matches(".more")) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>(".more")];
  buttons[buttons.indexOf(from) + by]?.focus();
  event.preventDefault();
}

function Day({ at }: { at: number }) {
  const words = dayWords(at, useNow());
  return (
    <li className="day">
      <span role="separator" aria-label={words} data-testid="chat-day">
        {words}
      </span>
    </li>
  );
}

function NewSince() {
  return (
    <li className="day new" data-row="new">
      <span role="separator" aria-label="New since you were away" data-testid="chat-new">
        New since you were away
      </span>
    </li>
  );
}
