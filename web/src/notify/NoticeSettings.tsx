import { useState } from "react";
import { Switch } from "../design/Switch";
import { useStore } from "../live/store";
import { ringSettings } from "./settings";
import { play, type Sound } from "./sound";

const SOUNDS: readonly { sound: Sound; word: string }[] = [
  { sound: "mention", word: "Mention" },
  { sound: "critical", word: "Critical" },
];

/** How this browser tells; the browser itself is asked for leave only from here. */
export function NoticeSettings() {
  const { sound, browser, quiet } = useStore(ringSettings);
  const [permission, setPermission] = useState(permissionNow);
  const change = ringSettings.change;

  async function setBrowser(on: boolean) {
    if (on && permission === "default") setPermission(await Notification.requestPermission());
    change({ browser: on });
  }

  return (
    <div className="notice-settings" role="group" aria-label="How this browser tells">
      <div className="setting">
        <Switch label="Sound" on={sound} onChange={(on) => change({ sound: on })} />
        <span className="stretch" />
        {SOUNDS.map(({ sound: which, word }) => (
          <button
            key={which}
            type="button"
            className="chip"
            aria-label={`Hear: ${word}`}
            onClick={() => void play(which)}
          >
            {word}
          </button>
        ))}
      </div>
      <div className="setting">
        <Switch
          label="Browser notifications"
          on={browser && permission === "granted"}
          disabled={permission === "denied" || permission === "missing"}
          onChange={(on) => void setBrowser(on)}
        />
      </div>
      <p className="dim">{WORDS[permission]}</p>
      <div className="setting">
        <Switch label="Quiet hours" on={quiet.on} onChange={(on) => change({ quiet: { ...quiet, on } })} />
      </div>
      {quiet.on && (
        <div className="setting">
          {(["from", "to"] as const).map((end) => (
            <label key={end}>
              {end}
              <input
                type="time"
                required
                aria-label={`Quiet ${end}`}
                value={quiet[end]}
                onChange={({ target }) => target.value && change({ quiet: { ...quiet, [end]: target.value } })}
              />
            </label>
          ))}
        </div>
      )}
    </div>
  );
}

type Permission = NotificationPermission | "missing";

function permissionNow(): Permission {
  return typeof Notification === "undefined" ? "missing" : Notification.permission;
}

const WORDS: Record<Permission, string> = {
  granted: "They come while you look elsewhere.",
  default: "They come while you look elsewhere. The browser will ask you once.",
  denied: "Blocked: allow notifications for this page in the browser's settings.",
  missing: "This browser has none here: they need HTTPS.",
};
