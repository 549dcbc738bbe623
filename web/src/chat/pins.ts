/** What a message can point at: a place, a source, an item; and how each is called and opened. */

import { goTo, pathOf, showOnMap } from "../app/router";
import type { Pin } from "../contract/types";
import type { IconName } from "../design/icons";

export interface PinNames {
  readonly source: (slug: string) => string;
  readonly item: (code: string) => string;
}

/** What is looked at now, by the words of the address: it can be pinned. */
export function pinsOffered(query: URLSearchParams): Pin[] {
  const source = query.get("source") ?? query.get("follow");
  const item = query.get("item");
  const place = placeOf(query.get("at"));
  return [...(place ? [place] : []), ...(source ? [{ source }] : []), ...(item ? [{ item }] : [])];
}

export function pinWords({ source, item, lat, lon }: Pin, names: PinNames): string {
  if (source) return names.source(source);
  if (item) return names.item(item);
  return typeof lat === "number" && typeof lon === "number" ? `Place ${lat.toFixed(4)}, ${lon.toFixed(4)}` : "";
}

export function pinIcon({ source, item }: Pin): IconName {
  return source ? "truck" : item ? "box" : "tracker";
}

/** Opens it where it is shown: on the map, or among the equipment. */
export function openPin(project: string, { source, item, lat, lon }: Pin): void {
  if (source) showOnMap({ source, at: null, follow: null });
  else if (item) goTo(`${pathOf("projects", project, "equipment")}?item=${item}`);
  else showOnMap({ at: `${lat},${lon}`, source: null, follow: null });
}

function placeOf(text: string | null): Pin | null {
  const [lat, lon, ...others] = (text ?? "").split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (lat === undefined || lon === undefined || others.length > 0) return null;
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}
