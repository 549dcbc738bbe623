import { useState, type FormEvent } from "react";
import { signIn } from "./session";

export function SignIn({ expired }: { expired: boolean }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      await signIn(String(form.get("username")).trim().toLowerCase(), String(form.get("password")));
    } catch (reason) {
      setError((reason as Error).message);
      setBusy(false);
    }
  }

  return (
    <main className="sign-in">
      <form data-testid="sign-in" onSubmit={(event) => void submit(event)}>
        <h1 className="brand">
          Rent<b>Guy</b> Live
        </h1>
        <p className="dim">Where every truck, person and case is.</p>
        {expired && !error && <p className="hint">You were signed out. Sign in to go on where you were.</p>}
        <label>
          Name
          <input name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} required autoFocus />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        {error && (
          <p className="error" role="alert">
            {error}
          </p>
        )}
        <button className="button primary" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}
