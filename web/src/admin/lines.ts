/** Lines of the audit that a filter lets through, a page at a time. */

import type { AuditLine } from "../contract/types";
import { LOADING, loading, type Loading } from "../live/loading";
import { Store } from "../live/store";
import * as api from "./api";

const PAUSE_MS = 250; // of typing, before it is asked for

interface Known {
  readonly rows: readonly AuditLine[];
  readonly more: boolean; // further back
}

export class Lines {
  readonly known = new Store<Known>({ rows: [], more: false });
  readonly loading = new Store<Loading>(LOADING);

  constructor(readonly filter: api.AuditFilter) {}

  /** Asks once the filter has rested; what it is answered with stops that. */
  open(): () => void {
    const timer = setTimeout(() => void this.load(), PAUSE_MS);
    return () => clearTimeout(timer);
  }

  async load(): Promise<void> {
    await loading(this.loading, async () => this.known.set(await api.audit(this.filter)));
  }

  async loadMore(): Promise<void> {
    await loading(this.loading, async () => {
      const { rows, more } = await api.audit(this.filter, this.known.get().rows.at(-1));
      this.known.update((known) => ({ rows: [...known.rows, ...rows], more }));
    });
  }
}
