import type { Source } from "../contract/types";
import { Avatar } from "../design/Avatar";

interface Props {
  id: string;
  offers: readonly Source[];
  current: number;
  onTake: (slug: string) => void;
}

/** Whom the @ may mean. The focus stays in the text. */
export function MentionList({ id, offers, current, onTake }: Props) {
  if (offers.length === 0) return null;
  return (
    <ul className="mentions" role="listbox" id={id} aria-label="People to mention">
      {offers.map(({ slug, name }, place) => (
        <li
          key={slug}
          id={`${id}-${slug}`}
          role="option"
          aria-selected={place === current}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(slug)}
        >
          <Avatar slug={slug} name={name} />
          <span>{name}</span>
          <span className="dim">@{slug}</span>
        </li>
      ))}
    </ul>
  );
}
