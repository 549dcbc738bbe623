/**
 * Tells of new notices by sound and by the browser's notifications: once in a browser however many tabs have the project open,
 * several at once in one word, and not at all in quiet hours. The list has them all the same.
 */

import { goTo } from "../app/router";
import { hold, isHeld } from "./locks";
import { NOTICE_KINDS } from "./kinds";
import { addressOf, leadTo } from "./lead";
import type { Notice } from "./notice";
import { isQuiet, ringSettings } from "./settings";
import { play } from "./sound";

const GATHER_MS = 800; // what comes together is told together
const APART_MS = 10_000; // and no more often than this

export class Ringer {
  readonly #turn: string;
  readonly #looking: string;
  #leads = false;
  #letGo: (() => void)[] = [];
  #lookAway: (() => void) | null = null;
  #waiting: Notice[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rang = 0;

  constructor(
    readonly project: string,
    me: string,
    readonly nameOf: (slug: string) => string,
    readonly isSeen: (key: string) => boolean,
  ) {
    this.#turn = `rentguy/rings/${me}/${project}`;
    this.#looking = `rentguy/looking/${me}/${project}`;
  }

  open(): void {
    this.#letGo.push(hold(this.#turn, "exclusive", () => (this.#leads = true)));
    for (const event of ["focus", "blur"]) addEventListener(event, this.#look);
    document.addEventListener("visibilitychange", this.#look);
    navigator.serviceWorker?.addEventListener("message", this.#follow);
    this.#look();
  }

  close(): void {
    for (const event of ["focus", "blur"]) removeEventListener(event, this.#look);
    document.removeEventListener("visibilitychange", this.#look);
    navigator.serviceWorker?.removeEventListener("message", this.#follow);
    for (const letGo of this.#letGo.splice(0)) letGo();
    this.#lookAway?.();
    this.#lookAway = null;
    this.#leads = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  ring(fresh: readonly Notice[]): void {
    if (fresh.length === 0) return;
    this.#waiting.push(...fresh);
    const wait = Math.max(GATHER_MS, this.#rang + APART_MS - Date.now());
    this.#timer ??= setTimeout(() => void this.#tell(), wait);
  }

  async #tell(): Promise<void> {
    this.#timer = undefined;
    const told = this.#waiting.splice(0).filter(({ key }) => !this.isSeen(key));
    const { sound, browser, quiet } = ringSettings.get();
    const [first] = told;
    if (!first || !this.#leads || isQuiet(quiet, new Date())) return;
    this.#rang = Date.now();
    const urgent = told.find(({ kind }) => NOTICE_KINDS[kind].sound === "critical");
    if (sound) void play(NOTICE_KINDS[(urgent ?? first).kind].sound);
    if (browser && isAllowed() && !isLookedAt() && !(await isHeld(this.#looking))) await this.#show(first, told);
  }

  async #show(first: Notice, told: readonly Notice[]): Promise<void> {
    const kind = NOTICE_KINDS[first.kind];
    const titles = told.map((notice) => NOTICE_KINDS[notice.kind].title(notice, this.nameOf));
    const place = kind.place(first);
    const one = told.length === 1;
    const title = one ? (titles[0] ?? "") : `${told.length} new notifications`;
    const body = one ? kind.details(first, this.nameOf, Date.now()) : titles.slice(0, 4).join("\n");
    const tag = one ? first.key : `several/${this.project}`;
    await show(title, { body, tag, data: { path: addressOf(this.project, place) } }, () => leadTo(this.project, place));
  }

  /** A notification that the service worker showed was clicked. */
  readonly #follow = ({ data }: MessageEvent): void => {
    if (typeof data?.open === "string") goTo(data.open);
  };

  /** Who looks at the project in any tab needs no notification of the browser's. */
  readonly #look = (): void => {
    if (isLookedAt()) this.#lookAway ??= hold(this.#looking, "shared");
    else {
      this.#lookAway?.();
      this.#lookAway = null;
    }
  };
}

function isLookedAt(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

function isAllowed(): boolean {
  return typeof Notification !== "undefined" && Notification.permission === "granted";
}

/** By the service worker where there is one: on phones nothing else may. It finds in `data.path` where a click leads. */
async function show(title: string, options: NotificationOptions, onClick: () => void): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration?.active) return registration.showNotification(title, options);
  const shown = new Notification(title, options);
  shown.onclick = () => {
    focus();
    onClick();
    shown.close();
  };
}
