import { useEffect, useState } from "react";
import { useFeed } from "../live/useFeed";
import type { Message } from "./chat";

interface Props {
  id: string;
  quoted: Message | null | undefined; // undefined until it is here
  nameOf: (slug: string) => string;
  onOpen: (id: string) => void;
}

/** The message that is answered, in a line; it is fetched when it was said too long ago to be here. */
export function Quote({ id, quoted, nameOf, onOpen }: Props) {
  const { history } = useFeed().conversation;
  const [gone, setGone] = useState(false);
  useEffect(() => {
    if (!quoted) void history.find(id).then((found) => setGone(found === null));
  }, [quoted, id, history]);
  if (!quoted) return <p className="quote dim">{gone ? "An earlier message, which can't be shown" : "…"}</p>;
  return (
    <button type="button" className="quote" data-testid="chat-quote" onClick={() => onOpen(id)}>
      <span className="hidden">In reply to </span>
      <b>{nameOf(quoted.author)}</b>
      <span className="hidden">: </span>
      <span className="excerpt">{quoted.deletedAt === null ? quoted.body : "Message taken back"}</span>
    </button>
  );
}
