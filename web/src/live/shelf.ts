/**
 * A small place in the browser, for settings and what was known last: it outlives a reload, and where storage is forbidden the
 * page. What must not be lost goes into a drawer.
 */

const memory = new Map<string, string>();

function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** Values under one name, each with a key. What can't be read as JSON counts as not there. */
export class Shelf<T> {
  constructor(readonly name: string) {}

  get(key: string): T | null {
    const text = storage()?.getItem(this.#path(key)) ?? memory.get(this.#path(key)) ?? null;
    if (text === null) return null;
    try {
      return JSON.parse(text) as T;
    } catch {
      return null;
    }
  }

  /** Throws DOMException (QuotaExceededError) when the browser has no room left. */
  set(key: string, value: T): void {
    const kept = storage();
    if (kept) kept.setItem(this.#path(key), JSON.stringify(value));
    else memory.set(this.#path(key), JSON.stringify(value));
  }

  delete(key: string): void {
    storage()?.removeItem(this.#path(key));
    memory.delete(this.#path(key));
  }

  keys(): string[] {
    const kept = storage();
    const paths = kept ? Array.from({ length: kept.length }, (_, place) => kept.key(place) ?? "") : [...memory.keys()];
    return paths.filter((path) => path.startsWith(this.#path(""))).map((path) => path.slice(this.#path("").length));
  }

  /** Told when another tab of this browser changes something here. */
  onOthers(listener: () => void): () => void {
    const heard = ({ key }: StorageEvent) => (key === null || key.startsWith(this.#path(""))) && listener();
    addEventListener("storage", heard);
    return () => removeEventListener("storage", heard);
  }

  #path(key: string): string {
    return `rentguy/${this.name}/${key}`;
  }
}
