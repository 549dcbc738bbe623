import { useRef } from "react";
import { Icon } from "../design/Icon";
import { useStore } from "../live/store";
import type { Code } from "./reader";
import type { Scanned } from "./scans";
import { loudness, setLoudness } from "./signals";
import { useCamera } from "./useCamera";
import { VERDICTS } from "./verdicts";

interface Props {
  does: string; // what the next scan does
  onChange: (() => void) | null; // to another vehicle
  latest: Scanned | null;
  onCode: (code: Code) => void;
}

/** The camera's picture with a frame, what a scan will do, and for a moment what the last one did. */
export function Viewfinder({ does, onChange, latest, onCode }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const { state, error, torch, open, close, light } = useCamera(video, onCode);
  const { on: loud } = useStore(loudness);
  return (
    <section className="viewfinder" data-state={state} data-testid="viewfinder" aria-label="Camera">
      <video ref={video} playsInline muted aria-label="What the camera sees" />
      {state === "on" && <div className="frame" aria-hidden="true" />}
      {state === "off" && (
        <div className="no-camera">
          {error && <p role="alert">{error}</p>}
          <button type="button" className="button primary" onClick={open}>
            <Icon name="camera" size={22} /> {error ? "Try again" : "Start the camera"}
          </button>
        </div>
      )}
      {state === "opening" && <p className="no-camera">Opening the camera…</p>}
      {latest && <Flash key={`${latest.id}/${latest.verdict}`} scan={latest} />}
      <div className="finder-buttons">
        <button
          type="button"
          className="icon-button"
          aria-label="Sounds"
          aria-pressed={loud}
          onClick={() => setLoudness({ on: !loud })}
        >
          <Icon name={loud ? "sound" : "muted"} />
        </button>
        {torch !== null && (
          <button
            type="button"
            className="icon-button"
            aria-label="Lamp"
            aria-pressed={torch}
            onClick={() => light(!torch)}
          >
            <Icon name="torch" />
          </button>
        )}
        {state === "on" && (
          <button type="button" className="icon-button" aria-label="Stop the camera" onClick={close}>
            <Icon name="close" />
          </button>
        )}
      </div>
      <p className="does">
        <b>{does}</b>
        {onChange && (
          <button type="button" className="link" onClick={onChange}>
            change
          </button>
        )}
      </p>
    </section>
  );
}

function Flash({ scan: { verdict, tag } }: { scan: Scanned }) {
  const { word, icon } = VERDICTS[verdict];
  return (
    <div className="flash" data-verdict={verdict} aria-hidden="true">
      <Icon name={icon} size={40} />
      <b>{word}</b>
      <span>{tag}</span>
    </div>
  );
}
