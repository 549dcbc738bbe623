import { Ago } from "../design/Ago";
import { Icon } from "../design/Icon";
import { useNow } from "../design/useNow";
import { useFeed } from "../live/useFeed";
import { useNames } from "../movers/useMovers";
import { NOTICE_KINDS } from "./kinds";
import { leadTo } from "./lead";
import type { Notice } from "./notice";

/** One notice; pressing it leads there and counts as having seen it. */
export function NoticeRow({ notice, onFollow }: { notice: Notice; onFollow: () => void }) {
  const { centre, fleet, project } = useFeed();
  const nameOf = useNames(fleet);
  const now = useNow();
  const { word, icon, title, details, place } = NOTICE_KINDS[notice.kind];

  function follow() {
    centre.see(({ key }) => key === notice.key);
    onFollow();
    leadTo(project, place(notice));
  }

  return (
    <li>
      <button
        type="button"
        className="notice-row"
        data-testid="notice"
        data-key={notice.key}
        data-kind={notice.kind}
        data-over={notice.until !== null || undefined}
        data-seen={notice.seen}
        onClick={follow}
      >
        <span className="badge">
          <Icon name={icon} size={16} />
        </span>
        <span className="what">
          <b>{title(notice, nameOf)}</b>
          <span className="details">{details(notice, nameOf, now)}</span>
          <span className="meta">
            {word} · <Ago at={notice.at} />
          </span>
        </span>
        {!notice.seen && <span className="mark" role="img" aria-label="new" />}
      </button>
    </li>
  );
}
