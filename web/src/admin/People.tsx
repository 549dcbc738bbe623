import { useState } from "react";
import { follow, useQuery } from "../app/router";
import type { Me, NewUser, User } from "../contract/types";
import { Avatar } from "../design/Avatar";
import { Loaded } from "../design/Loaded";
import { Search } from "../design/Search";
import { useFetched } from "../live/fetched";
import { AddPerson } from "./AddPerson";
import * as api from "./api";
import { PasswordShown } from "./PasswordShown";
import { PersonCard } from "./PersonCard";
import { Split } from "./Split";
import { useLook, type Look } from "./useLook";

/** Everyone who can sign in, and the card of one. */
export function People({ me }: { me: Me }) {
  const users = useFetched("users", api.users);
  const look = useLook("person");
  const [search, setSearch] = useQuery("q");
  const [adding, setAdding] = useState(false);
  const [password, setPassword] = useState<{ slug: string; password: string } | null>(null);

  function added({ slug, password }: NewUser) {
    setAdding(false);
    if (password !== null) setPassword({ slug, password });
    void users.load();
    look.goTo(slug);
  }

  return (
    <>
      <Split
        back={look.pathOf(null)}
        card={look.at && <PersonCard key={look.at} slug={look.at} me={me} onPassword={setPassword} onChange={() => void users.load()} />}
      >
        <div className="list-top">
          <Search label="Find a person" value={search ?? ""} onChange={(text) => setSearch(text || null)} />
          <button type="button" className="button" onClick={() => setAdding(true)}>
            Add a person
          </button>
        </div>
        <Loaded of={users}>{(all) => <PeopleTable people={sift(all, search ?? "")} look={look} />}</Loaded>
      </Split>
      {adding && <AddPerson onAdded={added} onClose={() => setAdding(false)} />}
      {password && <PasswordShown {...password} onClose={() => setPassword(null)} />}
    </>
  );
}

function sift(users: readonly User[], search: string): readonly User[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return users.filter(({ name, slug }) => words.every((word) => `${name}\n${slug}`.toLowerCase().includes(word)));
}

function PeopleTable({ people, look }: { people: readonly User[]; look: Look }) {
  if (people.length === 0) return <p className="dim empty">Nobody by that name.</p>;
  return (
    <table className="rows" data-testid="people">
      <caption className="dim">
        {people.length.toLocaleString("en")} {people.length === 1 ? "person" : "people"}
      </caption>
      <thead>
        <tr>
          <th scope="col">Person</th>
          <th scope="col">Projects</th>
        </tr>
      </thead>
      <tbody>
        {people.map((user) => (
          <PersonRow key={user.slug} user={user} look={look} />
        ))}
      </tbody>
    </table>
  );
}

function PersonRow({ user: { slug, name, admin, enabled, projects }, look }: { user: User; look: Look }) {
  const path = look.pathOf(slug);
  return (
    <tr data-testid={`user-${slug}`} data-on={look.at === slug || undefined} data-disabled={!enabled || undefined}>
      <th scope="row">
        <a className="row-link" href={path} aria-current={look.at === slug || undefined} onClick={follow(path)}>
          <Avatar slug={slug} name={name} />
          <span className="who">
            <b>
              {name} {admin && <span className="tag">admin</span>} {!enabled && <span className="tag">disabled</span>}
            </b>
            <span className="dim">{slug}</span>
          </span>
        </a>
      </th>
      <td className="works">
        {projects.length === 0 || admin ? (
          <span className="dim">{admin ? "all of them" : "none"}</span>
        ) : (
          projects.map((project) => `${project.name} (${project.role})`).join(", ")
        )}
      </td>
    </tr>
  );
}
