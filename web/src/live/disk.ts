/** Where values outlive the page: IndexedDB; where the browser forbids it, memory, for as long as the page lives. */

export type Pair = readonly [key: string, value: unknown];

/** Drawers by name, values by key. What was asked first is done first; all of it throws NotKept. */
export interface Disk {
  all(drawer: string): Promise<unknown[]>;
  put(drawer: string, pairs: readonly Pair[], durability: IDBTransactionDurability): Promise<void>;
  /** As put, of what is still there; the keys of that. */
  replace(drawer: string, pairs: readonly Pair[]): Promise<string[]>;
  delete(drawer: string, keys: readonly string[]): Promise<void>;
}

/** The browser didn't keep it. The message is fit to be shown. */
export class NotKept extends Error {}

export class Memory implements Disk {
  readonly #drawers = new Map<string, Map<string, unknown>>();

  async all(drawer: string): Promise<unknown[]> {
    return [...this.#in(drawer).values()];
  }

  async put(drawer: string, pairs: readonly Pair[]): Promise<void> {
    for (const [key, value] of pairs) this.#in(drawer).set(key, value);
  }

  async replace(drawer: string, pairs: readonly Pair[]): Promise<string[]> {
    const there = pairs.filter(([key]) => this.#in(drawer).has(key));
    await this.put(drawer, there);
    return there.map(([key]) => key);
  }

  async delete(drawer: string, keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#in(drawer).delete(key);
  }

  #in(drawer: string): Map<string, unknown> {
    const values = this.#drawers.get(drawer) ?? new Map<string, unknown>();
    this.#drawers.set(drawer, values);
    return values;
  }
}

const NAME = "rentguy";
const VERSION = 1;
const DRAWERS = "drawers"; // one for all of them, keys are [drawer, key]: a new drawer needs no new version
const ANSWER_MS = 10_000; // some browsers' databases hang after a long sleep

export class IndexedDb implements Disk {
  #opened: Promise<IDBDatabase> | null = null;

  all(drawer: string): Promise<unknown[]> {
    return this.#transact("readonly", "default", (drawers) => {
      const all = drawers.getAll(IDBKeyRange.bound([drawer], [drawer, []])); // an array sorts behind every text
      return () => all.result;
    });
  }

  put(drawer: string, pairs: readonly Pair[], durability: IDBTransactionDurability): Promise<void> {
    return this.#transact("readwrite", durability, (drawers) => {
      for (const [key, value] of pairs) drawers.put(value, [drawer, key]);
      return () => undefined;
    });
  }

  replace(drawer: string, pairs: readonly Pair[]): Promise<string[]> {
    return this.#transact("readwrite", "relaxed", (drawers) => {
      const there: string[] = [];
      for (const [key, value] of pairs) {
        const known = drawers.getKey([drawer, key]);
        known.onsuccess = () => {
          if (known.result === undefined) return;
          there.push(key);
          drawers.put(value, [drawer, key]);
        };
      }
      return () => there;
    });
  }

  delete(drawer: string, keys: readonly string[]): Promise<void> {
    return this.#transact("readwrite", "relaxed", (drawers) => {
      for (const key of keys) drawers.delete([drawer, key]);
      return () => undefined;
    });
  }

  /** Throws DOMException. */
  open(): Promise<IDBDatabase> {
    this.#opened ??= opening(() => (this.#opened = null)).catch((error: unknown) => {
      this.#opened = null; // the next who asks tries again
      throw error;
    });
    return this.#opened;
  }

  #forget(): void {
    this.#opened?.then((database) => database.close()).catch(() => {});
    this.#opened = null;
  }

  /** `work` asks, and says how the answer is read when all of it is done. */
  async #transact<T>(
    mode: IDBTransactionMode,
    durability: IDBTransactionDurability,
    work: (drawers: IDBObjectStore) => () => T,
  ): Promise<T> {
    const once = async () => {
      const transaction = (await this.open()).transaction(DRAWERS, mode, { durability });
      const answer = work(transaction.objectStore(DRAWERS));
      await ended(transaction);
      return answer();
    };
    try {
      return await inTime(once());
    } catch {
      this.#forget(); // the connection may have died while the page slept
    }
    return inTime(once()).catch((error: unknown) => {
      throw new NotKept(why(error));
    });
  }
}

function opening(onClosed: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => request.result.createObjectStore(DRAWERS);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = onClosed;
      database.onversionchange = () => (database.close(), onClosed()); // a newer version of the app waits for it
      resolve(database);
    };
  });
}

function inTime<T>(work: Promise<T>): Promise<T> {
  let late: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new DOMException("no answer", "TimeoutError")), ANSWER_MS);
  });
  return Promise.race([work, silence]).finally(() => clearTimeout(late));
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

const REASONS: Readonly<Record<string, string>> = {
  QuotaExceededError: "this browser has no room left to keep what waits to be sent",
  VersionError: "a newer version is open in another tab: reload this one",
};

function why(error: unknown): string {
  const { name } = (error ?? { name: "AbortError" }) as DOMException;
  return REASONS[name] ?? `this browser can't keep what waits to be sent (${name})`;
}

const FORBIDDEN = ["SecurityError", "InvalidStateError"]; // cookies blocked, and private windows of some browsers

async function chosen(): Promise<Disk> {
  const database = new IndexedDb();
  try {
    await inTime(database.open());
  } catch (error) {
    if (!(error instanceof DOMException) || FORBIDDEN.includes(error.name)) return new Memory();
  }
  return database;
}

let own: Promise<Disk> | undefined;

/** This browser's. */
export function ownDisk(): Promise<Disk> {
  return (own ??= chosen());
}
