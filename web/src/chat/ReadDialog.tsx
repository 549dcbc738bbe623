import { Avatar } from "../design/Avatar";
import { Dialog } from "../design/Dialog";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useNames } from "../movers/useMovers";
import type { Message } from "./chat";
import { readersOf, type Marks } from "./readers";

interface Props {
  me: string;
  message: Message;
  lines: readonly Message[];
  marks: Marks;
  onClose: () => void;
}

/** Who has read a message, and who hasn't. */
export function ReadDialog({ me, message, lines, marks, onClose }: Props) {
  const { fleet } = useFeed();
  const sources = useStore(fleet.sources);
  const have = readersOf(message, lines, marks, me);
  const others = sources.filter(({ kind, slug }) => kind === "person" && slug !== me && slug !== message.author);
  const haveNot = others.map(({ slug }) => slug).filter((slug) => !have.includes(slug));
  return (
    <Dialog title="Who has read it" onClose={onClose}>
      <div className="read-dialog">
        <p className="excerpt dim">{message.body}</p>
        <People word="Read" slugs={have} />
        <People word="Not yet" slugs={haveNot} />
      </div>
    </Dialog>
  );
}

function People({ word, slugs }: { word: string; slugs: readonly string[] }) {
  const nameOf = useNames(useFeed().fleet);
  if (slugs.length === 0) return null;
  return (
    <section aria-label={word}>
      <h3>
        {word} · {slugs.length}
      </h3>
      <ul>
        {slugs.map((slug) => (
          <li key={slug}>
            <Avatar slug={slug} name={nameOf(slug)} /> {nameOf(slug)}
          </li>
        ))}
      </ul>
    </section>
  );
}
