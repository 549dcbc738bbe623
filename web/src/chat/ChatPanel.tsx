import { useMemo } from "react";
import { inOrder } from "./chat";
import type { Me, Project } from "../contract/types";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useNames } from "../movers/useMovers";
import { ChatInput } from "./ChatInput";
import { ChatLine } from "./ChatLine";
import { Icon } from "../design/Icon";
import { Notice } from "../design/Notice";
import { useChatScroll } from "./useChatScroll";

const BRIEF = 3;
const TOGETHER_MS = 180_000; // lines of one author within it share an avatar

interface Props {
  me: Me;
  project: Project;
  canWrite: boolean;
  brief: boolean; // only the last lines
}

export function ChatPanel({ me, project, canWrite, brief }: Props) {
  const feed = useFeed();
  const chat = useStore(feed.conversation.chat);
  const { done, error } = useStore(feed.conversation.history.loading);
  const loadingOlder = useStore(feed.conversation.history.loadingOlder);
  const nameOf = useNames(feed.fleet);
  const all = useMemo(() => inOrder(chat), [chat]);
  const lines = brief ? all.slice(-BRIEF) : all;
  const { list, onScroll, unread, toNewest } = useChatScroll(lines, brief ? null : feed.conversation.history, me.slug);

  return (
    <section className="chat" data-brief={brief || undefined} aria-label="Chat">
      <div
        className="scroll"
        ref={list}
        onScroll={onScroll}
        role="log"
        aria-live="polite"
        tabIndex={brief ? -1 : 0}
        aria-label="Messages"
      >
        {loadingOlder && <Notice busy>Fetching older messages…</Notice>}
        {!done && !error && <Notice busy>Fetching messages…</Notice>}
        {error && <Notice action={{ word: "Try again", run: () => void feed.conversation.history.load() }}>{error}</Notice>}
        {done && all.length === 0 && (
          <Notice>Nobody has written yet.{canWrite ? " The first word is yours." : ""}</Notice>
        )}
        <ol>
          {lines.map((message, place) => {
            const before = lines[place - 1];
            const follows = before?.author === message.author && message.at - before.at < TOGETHER_MS;
            return (
              <ChatLine
                key={`${message.author}/${message.id}`}
                message={message}
                name={nameOf(message.author)}
                own={message.author === me.slug}
                follows={follows}
                onRetry={() => feed.outbox.retry(message.id)}
              />
            );
          })}
        </ol>
      </div>
      {unread > 0 && (
        <button type="button" className="pill" onClick={toNewest}>
          <Icon name="down" size={14} /> {unread === 1 ? "1 new message" : `${unread} new messages`}
        </button>
      )}
      {canWrite ? (
        <ChatInput
          project={project.name}
          onSend={(body) => {
            feed.conversation.send(body);
            toNewest();
          }}
        />
      ) : (
        <p className="hint">You are reading along: crew and dispatchers write here.</p>
      )}
    </section>
  );
}
