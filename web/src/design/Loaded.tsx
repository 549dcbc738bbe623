import type { ReactNode } from "react";
import type { UseFetched } from "../live/fetched";
import { Notice } from "./Notice";

export type Shown<T> = Pick<UseFetched<T>, "value" | "error" | "load">;

/** Something that was fetched; with a line above it while it can't be fetched anew. */
export function Loaded<T>({ of, children }: { of: Shown<T>; children: (value: T) => ReactNode }) {
  const retry = { word: "Try again", run: () => void of.load() };
  if (of.value === null) return of.error === null ? <Notice busy>Fetching…</Notice> : <Notice action={retry}>{of.error}</Notice>;
  return (
    <>
      {of.error !== null && (
        <p className="not-fresh" role="status">
          As it was last: {of.error}{" "}
          <button type="button" className="link" onClick={retry.run}>
            Try again
          </button>
        </p>
      )}
      {children(of.value)}
    </>
  );
}
