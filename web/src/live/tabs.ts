/** For tests: what the tabs of one browser have in common. */

/** What they tell each other, in the shape of a BroadcastChannel. */
export class Radio {
  static #all: Radio[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor(readonly name: string) {
    Radio.#all.push(this);
  }

  static silence(): void {
    Radio.#all = [];
  }

  postMessage(data: unknown): void {
    const others = Radio.#all.filter((radio) => radio !== this && radio.name === this.name);
    for (const { onmessage } of others) onmessage?.({ data: structuredClone(data) });
  }

  close(): void {
    Radio.#all = Radio.#all.filter((radio) => radio !== this);
  }
}

/** What they keep, in the shape of a localStorage. */
export function storageOf(kept: Map<string, string>): Partial<Storage> {
  return {
    get length() {
      return kept.size;
    },
    key: (place) => [...kept.keys()][place] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}
