import { showOnMap } from "../app/router";
import type { ItemStatus } from "../contract/types";
import { ago } from "../design/times";
import { Icon } from "../design/Icon";
import { useNow } from "../design/useNow";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { activity, stateOf } from "../movers/activity";

/** Where an item is: on a vehicle, with what that is doing, or on the project, or on none. */
export function ItemPlace({ item, nameOf }: { item: ItemStatus; nameOf: (slug: string) => string }) {
  const { vehicle } = item;
  return (
    <section data-testid="item-place">
      <h3>Where</h3>
      {vehicle ? (
        <div className="item-place">
          <div>
            <b>On {nameOf(vehicle)}</b>
            <VehicleNow vehicle={vehicle} />
          </div>
          <button type="button" className="button small" onClick={() => showOnMap({ source: vehicle })}>
            <Icon name="map" size={14} /> Show on map
          </button>
        </div>
      ) : (
        <p>{item.project ? "On the project, not loaded" : "On no project"}</p>
      )}
    </section>
  );
}

function VehicleNow({ vehicle }: { vehicle: string }) {
  const { fleet } = useFeed();
  const now = useNow();
  useStore(fleet.positions.list);
  const presence = useStore(fleet.presences)[vehicle];
  const fix = fleet.positions.fixes.get(vehicle);
  const state = stateOf(fix, presence?.online, now);
  return (
    <p className="dim">
      {activity(state, fix, fleet.positions.trails.get(vehicle) ?? [], now)}
      {fix && ` · ${ago(now - fix.at)}`}
    </p>
  );
}
