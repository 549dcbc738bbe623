/** What was published and is still unanswered. */

/** The connection went before the answer came: what was published may or may not have arrived. */
export class ConnectionLost extends Error {}

/** The server refused it, and says why. */
export class Refused extends Error {}

interface Waiting {
  readonly since: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class Answers {
  readonly #waiting = new Map<string, Waiting>();

  wait(ref: string): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.set(ref, { since: performance.now(), resolve, reject }));
  }

  /** Whether somebody waited for it. */
  answer(ref: unknown, refusal: Error | null): boolean {
    const waiting = this.#waiting.get(String(ref));
    this.#waiting.delete(String(ref));
    if (refusal) waiting?.reject(refusal);
    else waiting?.resolve();
    return waiting !== undefined;
  }

  /** Nobody waits any longer for what has had no answer for so long, whatever else the server says. */
  give(up: number, why: string): void {
    for (const [ref, { since, reject }] of this.#waiting) {
      if (performance.now() - since < up) continue;
      this.#waiting.delete(ref);
      reject(new ConnectionLost(why));
    }
  }
}

/** Refused for good, or only while the broker is away. */
export function refusalOf(payload: unknown): Error {
  const { detail = "refused", again = false } = payload as { detail?: string; again?: boolean };
  return again ? new ConnectionLost(detail) : new Refused(detail);
}
