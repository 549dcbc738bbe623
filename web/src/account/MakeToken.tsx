import { SCOPES, type NewApiToken, type Scope } from "../contract/types";
import { Dialog } from "../design/Dialog";
import { Field } from "../design/Field";
import { Form } from "../design/Form";
import { useSubmit } from "../design/useSubmit";
import * as api from "./api";
import { SCOPE_WORDS } from "./words";

interface Props {
  onMade: (token: NewApiToken) => void;
  onClose: () => void;
}

/** A token to make: for what, for which rights, for how long. */
export function MakeToken({ onMade, onClose }: Props) {
  const submit = useSubmit("name", "scopes", "days");

  async function make(form: FormData) {
    const days = String(form.get("days"));
    const scopes = form.getAll("scopes").map(String) as Scope[];
    if (scopes.length === 0) throw new Error("scopes: choose at least one");
    onMade(await api.makeToken({ name: String(form.get("name")).trim(), scopes, days: days ? Number(days) : null }));
  }

  return (
    <Dialog title="New token" onClose={onClose}>
      <Form submit={submit} word="Make token" busyWord="Making…" onSubmit={make} onCancel={onClose}>
        <Field label="What for" name="name" blame={submit.blame}>
          <input maxLength={200} placeholder="Wall display in the office" required data-first />
        </Field>
        <fieldset className="field">
          <legend>It may</legend>
          {SCOPES.map((scope) => (
            <label key={scope} className="check-field">
              <input type="checkbox" name="scopes" value={scope} defaultChecked={scope === "read"} />
              <span>
                {SCOPE_WORDS[scope].word}
                <span className="dim">{SCOPE_WORDS[scope].means}</span>
              </span>
            </label>
          ))}
          {submit.blame?.field === "scopes" && (
            <p className="error" role="alert">
              {submit.blame.text}
            </p>
          )}
        </fieldset>
        <Field label="For how many days" name="days" hint="Empty: until it is revoked." blame={submit.blame}>
          <input type="number" min={1} max={3650} defaultValue={90} />
        </Field>
      </Form>
    </Dialog>
  );
}
