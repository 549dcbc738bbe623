import { useEffect, useState } from "react";
import { clock } from "../design/times";
import { useFeed } from "../live/useFeed";
import { useNames } from "../movers/useMovers";
import { keyOf, type Message } from "./chat";
import type { Conversation } from "./conversation";

const MOST = 3; // said at once; who wants the others reads the log

/** Says what others write to who can't see it come. */
export function Announcer({ conversation }: { conversation: Conversation }) {
  const [said, setSaid] = useState<readonly Message[]>([]);
  const nameOf = useNames(useFeed().fleet);
  useEffect(() => conversation.onSaid((message) => setSaid((before) => [...before, message].slice(-MOST))), [conversation]);
  return (
    <div className="hidden" role="status" aria-atomic="false" data-testid="chat-announcer">
      {said.map((message) => (
        <p key={keyOf(message)}>
          {nameOf(message.author)}, {clock(message.at, message.at)}: {message.body}
        </p>
      ))}
    </div>
  );
}
