/** How long a receipt is waited for before the same is sent again: longer each time, and forgotten with the line. */

export const FIRST_MS = 30_000;
export const LONGEST_MS = 300_000;

export class Patience {
  readonly #waits = new Map<string, { readonly ms: number; readonly until: number }>();

  /** It was sent just now. */
  begin(id: string): void {
    const before = this.#waits.get(id);
    const ms = before ? Math.min(LONGEST_MS, before.ms * 2) : FIRST_MS;
    this.#waits.set(id, { ms, until: performance.now() + ms });
  }

  /** True too of what nobody here has sent. */
  isOver(id: string): boolean {
    return performance.now() >= (this.#waits.get(id)?.until ?? 0);
  }

  end(id: string): void {
    this.#waits.delete(id);
  }
}
