import type { ReactNode } from "react";
import { Icon } from "../design/Icon";
import { follow } from "../app/router";

interface Props {
  back: string; // the path of the list alone
  card: ReactNode; // of what is looked at, or null
  children: ReactNode; // the list
}

/** A list, and beside it the card of one of its rows; on a phone in its place. */
export function Split({ back, card, children }: Props) {
  return (
    <main className="split" data-open={card !== null || undefined}>
      <div className="split-list scroll" tabIndex={-1}>
        {children}
      </div>
      {card !== null && (
        <div className="split-card scroll" tabIndex={-1}>
          <a className="split-back button small" href={back} onClick={follow(back)}>
            <Icon name="back" size={16} /> <span className="on-phone">Back to the list</span>
            <span className="on-desk">Close</span>
          </a>
          {card}
        </div>
      )}
    </main>
  );
}
