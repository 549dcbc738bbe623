import { useEffect, useMemo, useRef, useState } from "react";
import { goTo, pathOf, setQuery, useQuery } from "../app/router";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { keyOf, type Message } from "./chat";
import { ChatRows } from "./ChatRows";
import { rowsOf } from "./days";
import { Icon } from "../design/Icon";
import { Notice } from "../design/Notice";
import { readersUnder, type Marks } from "./readers";
import { useChatScroll } from "./useChatScroll";
import { useNewSince } from "./useNewSince";
import { useSight } from "./useSight";

const BRIEF = 3;

interface Props {
  me: string;
  lines: readonly Message[];
  byId: ReadonlyMap<string, Message>;
  marks: Marks;
  canWrite: boolean;
  brief: boolean;
  sent: number; // how often something was sent from here
  onReaders: (message: Message) => void;
}

/** What was said, the newest at the bottom. */
export function ChatLog({ me, lines, byId, marks, canWrite, brief, sent, onReaders }: Props) {
  const { conversation } = useFeed();
  const { history } = conversation;
  const { done, error } = useStore(history.loading);
  const loadingOlder = useStore(history.loadingOlder);
  const unread = useStore(conversation.unread);
  const { since, ready, forget } = useNewSince(conversation, brief);
  const rows = useMemo(() => {
    if (!brief) return rowsOf(lines, since);
    return rowsOf(lines.slice(-BRIEF), null).filter(({ kind }) => kind === "message");
  }, [lines, since, brief]);
  const readers = useMemo(() => readersUnder(lines, marks, me), [lines, marks, me]);
  const { box, shown, atEnd, away, onScroll, show, toNewest } = useChatScroll(rows, brief ? null : history);
  useSight(box, conversation, ready && atEnd, brief);
  useAfterSending(sent, () => {
    forget();
    toNewest();
  });
  const reach = useReach(byId, show, brief);

  return (
    <div className="log">
      <div
        className="scroll"
        ref={box}
        onScroll={onScroll}
        role="log"
        aria-live="off" // the announcer says what is new, and only that
        tabIndex={brief ? -1 : 0}
        aria-label="Messages"
      >
        {loadingOlder && <p className="older"><span>Fetching older messages…</span></p>}
        {!done && !error && <Notice busy>Fetching messages…</Notice>}
        {error && !done && <Notice action={{ word: "Try again", run: () => void history.load() }}>{error}</Notice>}
        {done && lines.length === 0 && (
          <Notice>Nobody has written yet.{canWrite ? " The first word is yours." : ""}</Notice>
        )}
        <ChatRows
          me={me}
          rows={shown}
          byId={byId}
          readers={readers}
          canWrite={canWrite}
          onQuote={reach}
          onReaders={onReaders}
        />
      </div>
      {!brief && away && (
        <button type="button" className="pill" data-testid="to-newest" onClick={toNewest}>
          <Icon name="down" size={14} /> {pillWords(unread.count)}
        </button>
      )}
    </div>
  );
}

function pillWords(count: number): string {
  if (count === 0) return "Newest";
  return count === 1 ? "1 new message" : `${count} new messages`;
}

function useAfterSending(sent: number, then: () => void): void {
  const before = useRef(sent);
  useEffect(() => {
    if (before.current === sent) return;
    before.current = sent;
    then();
  });
}

/** Where only the last messages are shown, another is shown in the chat itself. */
function openChat(project: string) {
  return (id: string) => {
    goTo(pathOf("projects", project, "chat") + location.search);
    setQuery({ message: id });
  };
}

/** Shows a message, from however far it has to be fetched; also the one that the address names. */
function useReach(byId: ReadonlyMap<string, Message>, show: (key: string) => void, brief: boolean): (id: string) => void {
  const { project, history } = useFeed().conversation;
  const { done } = useStore(history.loading);
  const [named, setNamed] = useQuery("message");
  const [wanted, setWanted] = useState<string | null>(null);
  const reach = useRef((id: string) => void history.reach(id).then((here) => here && setWanted(id)));
  useEffect(() => {
    if (named === null || !done || brief) return;
    reach.current(named);
    setNamed(null);
  }, [named, setNamed, done, brief]);
  useEffect(() => {
    const message = wanted === null ? undefined : byId.get(wanted);
    if (!message) return;
    show(keyOf(message));
    setWanted(null);
  }, [wanted, byId, show]);
  return brief ? openChat(project) : reach.current;
}

