import type { NewUser } from "../contract/types";
import { Dialog } from "../design/Dialog";
import { Field } from "../design/Field";
import { Form } from "../design/Form";
import { useSubmit } from "../design/useSubmit";
import * as api from "./api";
import { SlugField } from "./SlugField";

interface Props {
  onAdded: (user: NewUser) => void;
  onClose: () => void;
}

/** A person to add, with a password made for them. */
export function AddPerson({ onAdded, onClose }: Props) {
  const submit = useSubmit("slug", "name");

  async function add(form: FormData) {
    const [slug, name] = ["slug", "name"].map((field) => String(form.get(field)).trim());
    onAdded(await api.addUser({ slug: slug ?? "", name: name ?? null, admin: form.has("admin") }));
  }

  return (
    <Dialog title="Add a person" onClose={onClose}>
      <Form submit={submit} word="Add, and show the password" busyWord="Adding…" onSubmit={add} onCancel={onClose}>
        <Field label="Name" name="name" blame={submit.blame}>
          <input maxLength={200} placeholder="Anouk Peeters" autoComplete="off" required data-first />
        </Field>
        <SlugField example="anouk" what="is what they sign in with" blame={submit.blame} />
        <label className="check-field">
          <input type="checkbox" name="admin" />
          <span>
            Admin
            <span className="dim">may do everything, in every project</span>
          </span>
        </label>
      </Form>
    </Dialog>
  );
}
