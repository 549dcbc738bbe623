import { useState } from "react";
import { Count } from "../design/Count";
import { Icon } from "../design/Icon";
import { Notice } from "../design/Notice";
import { Popover } from "../design/Popover";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { NoticeRow } from "./NoticeRow";
import { NoticeSettings } from "./NoticeSettings";
import { isQuiet, ringSettings } from "./settings";
import { useNotices } from "./useNotices";
import { useTitle } from "./useTitle";

const PANEL = "notices";

/** The bell with what is new, as in the page's title, and the notification centre behind it. */
export function Bell({ project }: { project: string }) {
  const { unseen } = useNotices();
  useTitle(project, unseen);
  return (
    <>
      <button
        type="button"
        className="icon-button bell"
        popoverTarget={PANEL}
        data-testid="bell"
        data-unseen={unseen}
        title="Notifications"
      >
        <Icon name="bell" size={20} />
        <span className="hidden">Notifications</span>
        <Count of={unseen} what="new" />
      </button>
      <Popover id={PANEL} label="Notifications" className="notices">
        {(close) => <NoticePanel onClose={close} />}
      </Popover>
    </>
  );
}

function NoticePanel({ onClose }: { onClose: () => void }) {
  const { centre } = useFeed();
  const { notices, unseen } = useNotices();
  const { quiet } = useStore(ringSettings);
  const [setting, setSetting] = useState(false);
  return (
    <>
      <div className="head">
        <h2>Notifications</h2>
        <button type="button" className="link" disabled={unseen === 0} onClick={() => centre.see()}>
          Mark all as seen
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="Settings"
          title="Settings"
          aria-expanded={setting}
          onClick={() => setSetting(!setting)}
        >
          <Icon name="settings" />
        </button>
      </div>
      {setting && <NoticeSettings />}
      {isQuiet(quiet, new Date()) && (
        <p className="hint" data-testid="quiet">
          Quiet until {quiet.to}: all is listed, nothing rings.
        </p>
      )}
      {notices.length === 0 && (
        <Notice>All calm. Mentions, damaged cases and vehicles that go silent come here.</Notice>
      )}
      <ol className="scroll">
        {notices.map((notice) => (
          <NoticeRow key={notice.key} notice={notice} onFollow={onClose} />
        ))}
      </ol>
    </>
  );
}
