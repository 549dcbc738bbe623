import type { IconName } from "../design/icons";
import { ICONS } from "../design/icons";
import { Avatar } from "../design/Avatar";
import { Icon } from "../design/Icon";
import type { Mover } from "./movers";

/** A person's initials, or the sign of what it is. */
export function MoverBadge({ mover }: { mover: Mover }) {
  if (mover.group === "crew") return <Avatar slug={mover.person ?? mover.slug} name={mover.name} />;
  return (
    <span className="badge" data-group={mover.group}>
      <Icon name={signOf(mover)} />
    </span>
  );
}

function signOf({ kind }: Mover): IconName {
  if (kind in ICONS) return kind as IconName;
  return kind === "scanner" ? "reader" : "tracker";
}
