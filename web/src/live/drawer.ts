/** Values of one kind that outlive the page and are shared by the tabs; unlike a shelf, it has room and says what it keeps. */

import { ownDisk, type Disk, type Pair } from "./disk";
import type { Shelf } from "./shelf";

/** What another tab has done to a drawer. */
export interface News<T> {
  readonly kept: readonly T[];
  readonly gone: readonly string[]; // keys
}

export interface Kind<T> {
  readonly name: string;
  readonly keyOf: (value: T) => string;
  readonly durability: IDBTransactionDurability; // of what is put: strict outlives a loss of power, relaxed a killed browser
}

/** What is asked first is done first. All of it throws NotKept. */
export class Drawer<T> {
  readonly #disk: () => Promise<Disk>;
  #channel: BroadcastChannel | null = null;

  constructor(
    readonly kind: Kind<T>,
    disk: () => Promise<Disk> = ownDisk,
  ) {
    this.#disk = disk;
  }

  async all(): Promise<T[]> {
    return (await (await this.#disk()).all(this.kind.name)) as T[];
  }

  /** On disk when resolved. */
  async put(values: readonly T[]): Promise<void> {
    if (values.length === 0) return;
    await (await this.#disk()).put(this.kind.name, this.#pairs(values), this.kind.durability);
    this.#tell({ kept: values, gone: [] });
  }

  /** As put, but what is gone stays gone: another tab may have been done with it. */
  async replace(values: readonly T[]): Promise<void> {
    if (values.length === 0) return;
    const there = new Set(await (await this.#disk()).replace(this.kind.name, this.#pairs(values)));
    this.#tell({ kept: values.filter((value) => there.has(this.kind.keyOf(value))), gone: [] });
  }

  async delete(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await (await this.#disk()).delete(this.kind.name, keys);
    this.#tell({ kept: [], gone: keys });
  }

  /** What an older version left on a shelf moves in here; without room it stays there until there is. */
  async takeOver<S>(shelf: Shelf<S>, keys: readonly string[], parts: (value: S, key: string) => readonly T[]): Promise<void> {
    for (const key of keys) {
      const value = shelf.get(key);
      if (value === null) continue;
      try {
        await this.put(parts(value, key));
        shelf.delete(key);
      } catch {
        return;
      }
    }
  }

  /** Told when another tab of this browser has changed something here. */
  onOthers(listener: (news: News<T>) => void): () => void {
    if (typeof BroadcastChannel === "undefined") return () => {};
    const channel = new BroadcastChannel(`rentguy/${this.kind.name}`);
    channel.onmessage = ({ data }: MessageEvent<News<T>>) => listener(data);
    this.#channel = channel;
    return () => {
      this.#channel = null;
      channel.close();
    };
  }

  #tell(news: News<T>): void {
    this.#channel?.postMessage(news);
  }

  #pairs(values: readonly T[]): Pair[] {
    return values.map((value) => [this.kind.keyOf(value), value]);
  }
}
