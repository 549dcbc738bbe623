/** This phone's own place, as the browser tells it. */

export type Doubt = "denied" | "nowhere";

interface Told {
  fix: (position: GeolocationPosition) => void;
  doubt: (doubt: Doubt) => void;
}

interface Battery {
  readonly level: number; // 0-1
}

const FRESH: PositionOptions = { enableHighAccuracy: true, maximumAge: 0, timeout: 20_000 };
const QUIET_MS = 30_000; // a browser may say nothing while the phone lies still: then it is asked

export class Whereabouts {
  battery: number | null = null; // percent
  readonly #told: Told;
  #watch: number | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #heard = 0;

  constructor(told: Told) {
    this.#told = told;
  }

  start(): void {
    if (this.#watch !== null) return;
    if (!("geolocation" in navigator)) return this.#told.doubt("denied");
    this.#watch = navigator.geolocation.watchPosition(this.#fix, this.#error, FRESH);
    this.#timer = setInterval(this.#ask, QUIET_MS / 2);
    void this.#charge();
  }

  stop(): void {
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = null;
    clearInterval(this.#timer);
  }

  readonly #fix = (position: GeolocationPosition): void => {
    if (this.#watch === null) return; // asked for before it was stopped
    this.#heard = Date.now();
    this.#told.fix(position);
  };

  readonly #error = ({ code }: GeolocationPositionError): void => {
    if (this.#watch !== null) this.#told.doubt(code === 1 ? "denied" : "nowhere");
  };

  readonly #ask = (): void => {
    if (Date.now() - this.#heard < QUIET_MS) return;
    navigator.geolocation.getCurrentPosition(this.#fix, this.#error, FRESH);
    void this.#charge();
  };

  async #charge(): Promise<void> {
    const { getBattery } = navigator as Navigator & { getBattery?: () => Promise<Battery> };
    const battery = await getBattery?.call(navigator).catch(() => null);
    this.battery = battery ? Math.round(battery.level * 100) : null;
  }
}

/** Why a browser wouldn't tell, as far as that can be known before asking; null when it may. */
export async function refusal(): Promise<string | null> {
  if (!isSecureContext) return "A browser tells where it is only to a page that came over https.";
  try {
    const { state } = await navigator.permissions.query({ name: "geolocation" });
    return state === "denied" ? DENIED : null;
  } catch {
    return null; // it doesn't say: ask
  }
}

export const DENIED = "This phone doesn't tell where it is: allow location for this site in the browser's settings.";
