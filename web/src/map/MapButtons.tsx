import { Icon } from "../design/Icon";
import type { LiveMap } from "./liveMap";

/** Nearer, farther, everyone. */
export function MapButtons({ map, fitting }: { map: LiveMap; fitting: boolean }) {
  return (
    <div className="map-buttons">
      <button type="button" aria-label="Zoom in" title="Zoom in" onClick={() => map.camera.zoom(1)}>
        <Icon name="plus" />
      </button>
      <button type="button" aria-label="Zoom out" title="Zoom out" onClick={() => map.camera.zoom(-1)}>
        <Icon name="minus" />
      </button>
      <button
        type="button"
        aria-label="Keep everyone in view"
        title="Keep everyone in view"
        aria-pressed={fitting}
        data-testid="fit"
        onClick={() => map.camera.fitAll()}
      >
        <Icon name="fit" />
      </button>
    </div>
  );
}
