import type { ReactNode } from "react";

interface Action {
  word: string;
  run: () => void;
}

/** A whole page or panel that has only one thing to say. */
export function Notice({ children, action, busy = false }: { children: ReactNode; action?: Action; busy?: boolean }) {
  return (
    <div className="notice" role="status" aria-busy={busy}>
      {busy && <span className="spinner" aria-hidden="true" />}
      <p>{children}</p>
      {action && (
        <button type="button" className="button" onClick={action.run}>
          {action.word}
        </button>
      )}
    </div>
  );
}
