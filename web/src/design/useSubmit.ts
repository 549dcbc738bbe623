import { useState } from "react";
import { blame, type Blame } from "./blame";

export interface Submit {
  readonly busy: boolean;
  readonly blame: Blame | null;
  /** Runs it; whether it went well. What was refused stays until the next try. */
  run: (task: () => Promise<unknown>) => Promise<boolean>;
  clear: () => void;
}

/** Something asked of the server: that it is under way, and what was refused, with the field it is about (one of `fields`). */
export function useSubmit(...fields: readonly string[]): Submit {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Blame | null>(null);

  async function run(task: () => Promise<unknown>): Promise<boolean> {
    setBusy(true);
    setRefused(null);
    try {
      await task();
      return true;
    } catch (reason) {
      setRefused(blame(reason instanceof Error ? reason.message : String(reason), fields));
      return false;
    } finally {
      setBusy(false);
    }
  }

  return { busy, blame: refused, run, clear: () => setRefused(null) };
}
