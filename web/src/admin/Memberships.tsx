import { useState } from "react";
import { MEMBER_ROLES, type Me, type MemberRole, type Project, type User } from "../contract/types";
import { Confirm } from "../design/Confirm";
import { Field } from "../design/Field";
import { Form } from "../design/Form";
import { useSubmit } from "../design/useSubmit";
import * as api from "./api";
import { RoleSelect } from "./RoleSelect";

interface Props {
  user: User;
  me: Me;
  onChange: () => Promise<void>;
}

/** Which projects somebody is on, as what. */
export function Memberships({ user, me, onChange }: Props) {
  const [leaving, setLeaving] = useState<Project | null>(null);
  const submit = useSubmit("project", "role");
  const own = user.admin ? [] : user.projects; // an admin is on all of them anyway
  const others = me.projects.filter(({ slug }) => !own.some((project) => project.slug === slug));

  async function add(form: FormData) {
    await api.setRole(String(form.get("project")), user.slug, String(form.get("role")) as MemberRole);
    await onChange();
  }

  return (
    <section className="card" aria-labelledby="memberships-title">
      <h2 id="memberships-title">Projects</h2>
      {user.admin && <p className="dim">Admins are on every project.</p>}
      {!user.admin && own.length === 0 && <p className="dim empty">On none: they see nothing yet.</p>}
      <ul>
        {own.map((project) => (
          <li key={project.slug} className="entry-row" data-testid={`membership-${project.slug}`}>
            <b>{project.name}</b>
            <span className="stretch" />
            <RoleSelect project={project.slug} person={user} role={project.role as MemberRole} onChange={onChange} />
            <button type="button" className="button small" aria-label={`Remove from ${project.name}`} onClick={() => setLeaving(project)}>
              Remove
            </button>
          </li>
        ))}
      </ul>
      {!user.admin && others.length > 0 && (
        <Form submit={submit} word="Add to project" busyWord="Adding…" label="Add to a project" onSubmit={add}>
          <div className="form-row">
            <Field label="Project" name="project" blame={submit.blame}>
              <select>
                {others.map(({ slug, name }) => (
                  <option key={slug} value={slug}>
                    {name}
                  </option>
                ))}
              </select>
            </Field>
            <Field label="As" name="role" blame={submit.blame}>
              <select defaultValue="crew">
                {MEMBER_ROLES.map((role) => (
                  <option key={role}>{role}</option>
                ))}
              </select>
            </Field>
          </div>
        </Form>
      )}
      {leaving && (
        <Confirm
          title={`Remove ${user.name} from ${leaving.name}?`}
          word="Remove"
          busyWord="Removing…"
          run={() => api.removeMember(leaving.slug, user.slug).then(onChange)}
          onClose={() => setLeaving(null)}
        >
          They see nothing of {leaving.name} from now on. What they wrote and did there stays.
        </Confirm>
      )}
    </section>
  );
}
