import type { Device } from "../contract/types";
import { Ago } from "../design/Ago";
import { instant } from "../design/times";

/** Whether a device is there, or `since` when it isn't: a shape, a colour and a word. */
export function Heard({ device: { enabled, online, seen_at }, since = true }: { device: Device; since?: boolean }) {
  if (!enabled) return <span className="heard" data-heard="disabled">disabled</span>;
  if (online) return <span className="heard" data-heard="online">online</span>;
  return (
    <span className="heard" data-heard="offline">
      {seen_at === null ? "never heard" : since ? <Ago at={instant(seen_at)} /> : "offline"}
    </span>
  );
}
