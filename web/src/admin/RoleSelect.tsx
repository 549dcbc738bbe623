import { MEMBER_ROLES, type MemberRole } from "../contract/types";
import { Select } from "../design/Select";
import { useSubmit } from "../design/useSubmit";
import * as api from "./api";

interface Props {
  project: string;
  person: api.Person;
  role: MemberRole;
  onChange: () => Promise<void>;
}

/** Somebody's role, to be changed at once; a refusal stands below it. */
export function RoleSelect({ project, person, role, onChange }: Props) {
  const submit = useSubmit();
  return (
    <span className="role">
      <Select
        label={`Role of ${person.name} in ${project}`}
        value={role}
        disabled={submit.busy}
        onChange={(next) => void submit.run(() => api.setRole(project, person.slug, next as MemberRole).then(onChange))}
      >
        {MEMBER_ROLES.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </Select>
      {submit.blame && (
        <span className="error" role="alert">
          {submit.blame.text}
        </span>
      )}
    </span>
  );
}
