/** Where one is: `/` or `/projects/{project}`, remembered in the address. */

import { useSyncExternalStore } from "react";
import { isSlug } from "../contract/topics";

export function projectOf(path: string): string | null {
  const [, project = ""] = /^\/projects\/([^/]+)/.exec(path) ?? [];
  return isSlug(project) ? project : null;
}

export function goTo(path: string, replace = false): void {
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
}

export function useProject(): string | null {
  const path = useSyncExternalStore(watch, () => location.pathname);
  return projectOf(path);
}

function watch(listener: () => void): () => void {
  addEventListener("popstate", listener);
  return () => removeEventListener("popstate", listener);
}
