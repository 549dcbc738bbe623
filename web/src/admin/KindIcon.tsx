import type { SourceKind } from "../contract/types";
import { Icon } from "../design/Icon";
import type { IconName } from "../design/icons";

const ICONS: Partial<Record<SourceKind, IconName>> = { scanner: "reader", integration: "link" };

/** What kind of a source it is; the word stands beside it. */
export function KindIcon({ kind }: { kind: SourceKind }) {
  return (
    <span className="badge">
      <Icon name={ICONS[kind] ?? (kind as IconName)} size={16} />
    </span>
  );
}
