import type { ProjectSettings } from "../contract/types";
import { Dialog } from "../design/Dialog";
import { Field } from "../design/Field";
import { Form } from "../design/Form";
import { useSubmit } from "../design/useSubmit";
import * as api from "./api";
import { SlugField } from "./SlugField";

interface Props {
  onAdded: (project: ProjectSettings) => Promise<void>;
  onClose: () => void;
}

export function AddProject({ onAdded, onClose }: Props) {
  const submit = useSubmit("slug", "name");

  async function add(form: FormData) {
    const [slug, name] = ["slug", "name"].map((field) => String(form.get(field)).trim());
    await onAdded(await api.addProject({ slug: slug ?? "", name: name ?? null }));
  }

  return (
    <Dialog title="Add a project" onClose={onClose}>
      <Form submit={submit} word="Add" busyWord="Adding…" onSubmit={add} onCancel={onClose}>
        <Field label="Name" name="name" blame={submit.blame}>
          <input maxLength={200} placeholder="Lowlands" autoComplete="off" required data-first />
        </Field>
        <SlugField example="lowlands" what="stands in every topic and address" blame={submit.blame} />
      </Form>
    </Dialog>
  );
}
