import { useState } from "react";
import type { Member, Project } from "../contract/types";
import { Avatar } from "../design/Avatar";
import { Confirm } from "../design/Confirm";
import { List } from "../design/List";
import { useFetched } from "../live/fetched";
import * as api from "./api";
import { LetIn } from "./LetIn";
import { RoleSelect } from "./RoleSelect";

/** Who is on a project, as what; and the door. */
export function Members({ project }: { project: Pick<Project, "slug" | "name"> }) {
  const members = useFetched(project.slug, () => api.members(project.slug));
  const [letting, setLetting] = useState(false);
  const [leaving, setLeaving] = useState<Member | null>(null);
  return (
    <section className="card" aria-labelledby="members-title" data-testid="members">
      <header>
        <h2 id="members-title">People on {project.name}</h2>
        <button type="button" className="button small" onClick={() => setLetting(true)}>
          Let somebody in
        </button>
      </header>
      <List of={members} empty="Nobody yet.">
        {(member) => (
          <li key={member.slug} className="entry-row" data-testid={`member-${member.slug}`}>
            <Avatar slug={member.slug} name={member.name} />
            <span className="who">
              <b>{member.name}</b>
              <span className="dim">
                {member.slug}
                {!member.enabled && " · disabled, can’t sign in"}
              </span>
            </span>
            <span className="stretch" />
            <RoleSelect project={project.slug} person={member} role={member.role} onChange={members.load} />
            <button type="button" className="button small" aria-label={`Remove ${member.name}`} onClick={() => setLeaving(member)}>
              Remove
            </button>
          </li>
        )}
      </List>
      {letting && (
        <LetIn project={project} members={members.value ?? []} onChange={members.load} onClose={() => setLetting(false)} />
      )}
      {leaving && (
        <Confirm
          title={`Remove ${leaving.name}?`}
          word="Remove"
          busyWord="Removing…"
          run={() => api.removeMember(project.slug, leaving.slug).then(members.load)}
          onClose={() => setLeaving(null)}
        >
          They see nothing of {project.name} from now on. What they wrote and did there stays.
        </Confirm>
      )}
    </section>
  );
}
