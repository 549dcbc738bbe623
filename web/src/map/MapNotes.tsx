import type { ReactNode } from "react";
import { setQuery } from "../app/router";
import { Icon } from "../design/Icon";
import type { Place } from "./liveMap";

/** What has to be known of the map as it is: that not everyone is on it, that a place is marked. */
export function MapNotes({ children }: { children: ReactNode }) {
  return <div className="map-notes">{children}</div>;
}

export function MarkedPlace({ lat, lon }: Place) {
  return (
    <p className="map-note" data-testid="marked-place">
      <Icon name="tracker" size={16} />
      Marked place{" "}
      <span className="dim">
        {lat.toFixed(5)}, {lon.toFixed(5)}
      </span>
      <button
        type="button"
        className="icon-button"
        aria-label="Remove the marked place"
        onClick={() => setQuery({ at: null })}
      >
        <Icon name="close" size={16} />
      </button>
    </p>
  );
}

export function Filtered({ shown, of, onClear }: { shown: number; of: number; onClear: () => void }) {
  return (
    <p className="map-note" data-testid="map-filtered">
      <b>{shown}</b> of {of} shown
      <button type="button" className="link" onClick={onClear}>
        Show all
      </button>
    </p>
  );
}
