import { useMemo, useState } from "react";
import type { Me, Project } from "../contract/types";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { Announcer } from "./Announcer";
import { ChatInput } from "./ChatInput";
import { ChatLog } from "./ChatLog";
import type { Message } from "./chat";
import { ReadDialog } from "./ReadDialog";
import { TypingNote } from "./TypingNote";
import { useMessages } from "./useMessages";

interface Props {
  me: Me;
  project: Project;
  canWrite: boolean;
  brief: boolean; // only the last lines
}

export function ChatPanel({ me, project, canWrite, brief }: Props) {
  const { conversation } = useFeed();
  const { lines, byId } = useMessages(conversation);
  const marks = useStore(conversation.reading.marks);
  const [asked, setAsked] = useState<Message | null>(null); // who has read it
  const [sent, setSent] = useState(0);
  const last = useMemo(() => lines.findLast(isEditable(me.slug)) ?? null, [lines, me.slug]);

  return (
    <section className="chat" data-brief={brief || undefined} aria-label="Chat">
      <ChatLog
        me={me.slug}
        lines={lines}
        byId={byId}
        marks={marks}
        canWrite={canWrite}
        brief={brief}
        sent={sent}
        onReaders={setAsked}
      />
      {!brief && <TypingNote conversation={conversation} />}
      {canWrite ? (
        <ChatInput me={me.slug} project={project} last={last} onSent={() => setSent(sent + 1)} />
      ) : (
        <p className="hint">You are reading along: crew and dispatchers write here.</p>
      )}
      <Announcer conversation={conversation} />
      {asked && <ReadDialog me={me.slug} message={asked} lines={lines} marks={marks} onClose={() => setAsked(null)} />}
    </section>
  );
}

function isEditable(me: string) {
  return ({ author, deletedAt, delivery }: Message) => author === me && deletedAt === null && delivery !== "failed";
}
