/** Our map, fed as the page feeds it. */

import type { Envelope, Source } from "../contract/types";
import { parseTopic } from "../contract/topics";
import { LiveMap } from "../map/liveMap";
import { Fleet } from "../movers/fleet";
import { moversOf, rosterOf } from "../movers/movers";
import type { Benched, Where } from "./main";

const MOVERS_MS = 1000; // as the page's lists are told

export async function ours(container: HTMLElement, { center, zoom }: Where, count: number): Promise<Benched> {
  const fleet = new Fleet("bench");
  const nothing = () => undefined;
  let markers = 0;
  const live = new LiveMap(container, fleet.positions, {
    onSelect: nothing,
    onStack: nothing,
    onFollow: nothing,
    onFitting: nothing,
    onPlace: nothing,
    onMarkers: (seen) => (markers = seen),
    onAttribution: nothing,
  });
  live.camera.zoom(0); // the user has taken hold: nobody is brought into view
  live.map.jumpTo({ center, zoom });
  const roster = rosterOf(Array.from({ length: count }, (_, number) => truck(number)));
  const tell = () => live.setMovers(moversOf(roster, nothing), fleet.presences.get());
  setInterval(tell, MOVERS_MS);
  await live.map.once("load");
  tell();
  return {
    ready: () => live.map.areTilesLoaded() && markers >= count,
    get pace() {
      return live.drawing.pace;
    },
    receive(text) {
      const envelopes = JSON.parse(text) as Envelope[];
      fleet.hears.position(envelopes.map(({ topic, payload }) => ({ ...parseTopic(topic), payload })));
    },
  };
}

function truck(number: number): Source {
  return { slug: `truck-${number}`, kind: "truck", name: `Truck ${number}`, owner: null } as Source;
}
