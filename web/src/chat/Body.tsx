import { memo } from "react";
import { wordsOf } from "./links";

interface Props {
  text: string;
  nameOf: (slug: string) => string;
}

/** What is written, with its links and the names of who is mentioned. */
export const Body = memo(function Body({ text, nameOf }: Props) {
  return (
    <p className="body">
      {wordsOf(text).map(({ text: word, href, slug }, place) => {
        if (href) {
          return (
            <a key={place} href={href} target="_blank" rel="noopener noreferrer">
              {word}
            </a>
          );
        }
        const name = slug === undefined ? undefined : nameOf(slug);
        if (name === undefined || name === slug) return word; // nobody here is called so
        return (
          <b key={place} className="mention" data-slug={slug}>
            @{name}
          </b>
        );
      })}
    </p>
  );
});
