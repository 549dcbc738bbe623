/** Opening an item: it stands in the address, so that Back closes it and a link leads to it. */

import { goTo, pathOf, routeOf, setQuery } from "../app/router";

let opened: string | null = null; // the address that one step back leads from to where the item was opened

/** Shows an item in the equipment pane, from wherever on the dispatcher's pages. */
export function openItem(code: string): void {
  const { project } = routeOf(location.pathname);
  const query = new URLSearchParams(location.search);
  const another = query.has("item"); // Back leads to the list, not through all that was looked at
  query.set("item", code);
  goTo(`${pathOf("projects", project ?? "", "equipment")}?${query}`, another);
  if (!another || opened !== null) opened = location.href;
}

export function closeItem(): void {
  if (location.href === opened) history.back();
  else setQuery({ item: null });
  opened = null;
}
