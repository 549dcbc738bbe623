import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useNames } from "../movers/useMovers";
import type { Conversation } from "./conversation";
import { writingWords } from "./typing";

/** Who is writing. Its place is kept, so that nothing moves when somebody begins. */
export function TypingNote({ conversation }: { conversation: Conversation }) {
  const writers = useStore(conversation.typing.writers);
  const nameOf = useNames(useFeed().fleet);
  return (
    <p className="typing" data-testid="chat-typing">
      {writingWords(writers.map(nameOf))}
    </p>
  );
}
