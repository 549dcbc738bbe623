import { useEffect, useState } from "react";
import { MEMBER_ROLES, type Member, type MemberRole, type Project } from "../contract/types";
import { Avatar } from "../design/Avatar";
import { Dialog } from "../design/Dialog";
import { Loaded } from "../design/Loaded";
import { Search } from "../design/Search";
import { Chips } from "../design/Chips";
import { Refusal } from "../design/Refusal";
import { useSubmit } from "../design/useSubmit";
import { useFetched } from "../live/fetched";
import * as api from "./api";

const PAUSE_MS = 200; // of typing, before it is asked for

interface Props {
  project: Pick<Project, "slug" | "name">;
  members: readonly Member[];
  onChange: () => Promise<void>;
  onClose: () => void;
}

/** Whom to let in, as what: found by name among all who have an account. */
export function LetIn({ project, members, onChange, onClose }: Props) {
  const [search, setSearch] = useState("");
  const [role, setRole] = useState<MemberRole>("crew");
  const asked = useRested(search.trim());
  const found = useFetched(asked, () => api.people(asked));
  const submit = useSubmit();

  const letIn = (person: api.Person) =>
    submit.run(async () => {
      await api.setRole(project.slug, person.slug, role);
      await onChange();
      onClose();
    });

  return (
    <Dialog title={`Let somebody into ${project.name}`} onClose={onClose}>
      <div className="form">
        <Chips label="As" chips={ROLES} on={new Set([role])} onToggle={setRole} />
        <Search label="Find a person" value={search} onChange={setSearch} first />
        <Refusal blame={submit.blame} />
        <Loaded of={found}>
          {(people) => (
            <ul className="choices found" aria-label="Found">
              {people.length === 0 && <li className="dim">Nobody by that name: an admin can add them.</li>}
              {people.map((person) => {
                const member = members.find(({ slug }) => slug === person.slug);
                return (
                  <li key={person.slug}>
                    <button type="button" className="button person-choice" disabled={member !== undefined || submit.busy} onClick={() => void letIn(person)}>
                      <Avatar slug={person.slug} name={person.name} />
                      <b>{person.name}</b>
                      <span className="dim">{member ? `is ${member.role}` : person.slug}</span>
                    </button>
                  </li>
                );
              })}
            </ul>
          )}
        </Loaded>
      </div>
    </Dialog>
  );
}

const ROLES = MEMBER_ROLES.map((role) => ({ id: role, word: role }));

function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
