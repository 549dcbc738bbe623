import { useSyncExternalStore } from "react";

const phone = matchMedia("(max-width: 720px)"); // as in the style sheets

/** Whether the screen shows one pane at a time. */
export function usePhone(): boolean {
  return useSyncExternalStore(watch, () => phone.matches);
}

function watch(listener: () => void): () => void {
  phone.addEventListener("change", listener);
  return () => phone.removeEventListener("change", listener);
}
