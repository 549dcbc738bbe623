/** Going to where a notice leads. */

import { goTo, pathOf, routeOf, setQuery, showOnMap } from "../app/router";
import type { Place } from "./kinds";

/** The phone's screen has no list of equipment of its own. */
function areaOf({ pane }: Place) {
  return pane === "equipment" ? "projects" : routeOf(location.pathname).area;
}

export function addressOf(project: string, place: Place): string {
  return `${pathOf(areaOf(place), project, place.pane)}?${new URLSearchParams(place.query)}`;
}

/** The rest of what is looked at stays. */
export function leadTo(project: string, place: Place): void {
  if (place.pane === "map") return showOnMap(place.query);
  goTo(pathOf(areaOf(place), project, place.pane) + location.search);
  setQuery(place.query);
}
