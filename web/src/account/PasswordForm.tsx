import { Field } from "../design/Field";
import { Form } from "../design/Form";
import { useSubmit } from "../design/useSubmit";
import * as api from "./api";

const SHORTEST = 8;

/** Another password; whoever is signed in as me is signed out, here too. */
export function PasswordForm() {
  const submit = useSubmit("old", "new", "again");

  async function change(form: FormData) {
    const [old, next, again] = ["old", "new", "again"].map((name) => String(form.get(name)));
    if (next !== again) throw new Error("again: the two new passwords aren't the same");
    await api.changePassword(old ?? "", next ?? "");
    location.reload(); // the session has ended: one signs in with the new one
  }

  return (
    <section className="card" aria-labelledby="password-title">
      <h2 id="password-title">Password</h2>
      <Form submit={submit} word="Change password" busyWord="Changing…" onSubmit={change}>
        <Field label="Password now" name="old" blame={submit.blame}>
          <input type="password" autoComplete="current-password" required />
        </Field>
        <div className="form-row">
          <Field label="New password" name="new" hint={`At least ${SHORTEST} characters.`} blame={submit.blame}>
            <input type="password" autoComplete="new-password" minLength={SHORTEST} required />
          </Field>
          <Field label="New password again" name="again" blame={submit.blame}>
            <input type="password" autoComplete="new-password" required />
          </Field>
        </div>
        <p className="dim">You are signed out everywhere and sign in with the new one. Your tokens go on.</p>
      </Form>
    </section>
  );
}
