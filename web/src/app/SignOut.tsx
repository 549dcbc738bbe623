import { useState, type ReactNode } from "react";
import { signOut } from "./session";

export function SignOut({ className, children }: { className: string; children: ReactNode }) {
  const [error, setError] = useState<string | null>(null);
  return (
    <span className="sign-out">
      <button
        type="button"
        className={className}
        aria-label="Sign out"
        title="Sign out"
        onClick={() => signOut().catch((reason: Error) => setError(`still signed in: ${reason.message}`))}
      >
        {children}
      </button>
      {error && (
        <span className="error" role="alert">
          {error}
        </span>
      )}
    </span>
  );
}
