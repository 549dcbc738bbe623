import { Avatar } from "../design/Avatar";

const MOST = 5;

interface Props {
  slugs: readonly string[];
  nameOf: (slug: string) => string;
}

/** Those who have read up to here. */
export function Readers({ slugs, nameOf }: Props) {
  const names = `Read by ${slugs.map(nameOf).join(", ")}`;
  return (
    <span className="readers" role="img" aria-label={names} title={names} data-testid="chat-readers">
      {slugs.slice(0, MOST).map((slug) => (
        <Avatar key={slug} slug={slug} name={nameOf(slug)} />
      ))}
      {slugs.length > MOST && <span className="dim">+{slugs.length - MOST}</span>}
    </span>
  );
}
