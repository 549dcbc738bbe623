/** A browser that would install the app says so once, early: kept until somebody asks for it. */

import { Store } from "../live/store";

export interface InstallOffer extends Event {
  prompt: () => Promise<unknown>;
}

export const offer = new Store<InstallOffer | null>(null);

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault(); // no banner over the scanner
  offer.set(event as InstallOffer);
});
addEventListener("appinstalled", () => offer.set(null));
