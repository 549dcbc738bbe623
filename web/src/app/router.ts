/**
 * Where one is, remembered in the address: `/`, `/projects/{project}/{pane}` for the dispatcher, `/crew/{project}/{pane}` for the
 * phone, `/admin/{pane}` and `/account`, which are of no project. The query says what is looked at (`?follow=truck-07`, `?item=foh-07`).
 */

import { useSyncExternalStore } from "react";
import { isSlug } from "../contract/topics";

const AREAS = ["projects", "crew", "admin", "account"] as const;
export type Area = (typeof AREAS)[number];

export interface Route {
  readonly area: Area;
  readonly project: string | null;
  readonly pane: string | null;
}

export function routeOf(path: string): Route {
  const [, of, pane = ""] = /^\/(admin|account)(?:\/([a-z]+))?\/?$/.exec(path) ?? [];
  if (of) return { area: areaOf(of), project: null, pane: pane || null };
  const [, area, project = "", shown = ""] = /^\/(projects|crew)(?:\/([^/]+))?(?:\/([a-z]+))?\/?$/.exec(path) ?? [];
  return { area: areaOf(area), project: isSlug(project) ? project : null, pane: shown || null };
}

function areaOf(word: string | undefined): Area {
  return AREAS.find((area) => area === word) ?? "projects";
}

export function pathOf(area: Area, project?: string, pane?: string): string {
  return ["", area, project, pane].filter((part) => part !== undefined).join("/");
}

let left = "/";

/** Where one was in a project, or was choosing one, before one came to pages of none. */
export function wayBack(): string {
  return left;
}

/** Another page, or with `replace` the same step of the history in other words. */
export function goTo(path: string, replace = false): void {
  const { area, project } = routeOf(location.pathname);
  if (project !== null) left = location.pathname + location.search;
  else if (area === "projects" || area === "crew") left = `/${area}`;
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** For a link within the app: it is followed without loading the page anew. */
export function follow(path: string) {
  return (event: { preventDefault: () => void; metaKey?: boolean; ctrlKey?: boolean; shiftKey?: boolean }): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return; // another tab or window is asked for
    event.preventDefault();
    goTo(path);
  };
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(watch, () => location.pathname));
}

/** One word of the query and how to change it; null when it isn't there. Changing it adds no step to the history. */
export function useQuery(name: string): [string | null, (value: string | null) => void] {
  const value = useSyncExternalStore(watch, () => new URLSearchParams(location.search).get(name));
  return [value, (next) => setQuery({ [name]: next })];
}

export function setQuery(change: Readonly<Record<string, string | null>>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(change)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  goTo(location.pathname + (text ? `?${text}` : ""), true);
}

function watch(listener: () => void): () => void {
  addEventListener("popstate", listener);
  return () => removeEventListener("popstate", listener);
}

const WIDE = "(min-width: 721px)"; // as in the style sheets

/** Shows something on the map: `{source}`, `{at: "lat,lon"}`, … On a wide screen the map is in view whatever the pane. */
export function showOnMap(what: Readonly<Record<string, string | null>>): void {
  const { area, project } = routeOf(location.pathname);
  if (project !== null && (area === "crew" || !matchMedia(WIDE).matches)) goTo(pathOf(area, project, "map"));
  setQuery(what);
}
