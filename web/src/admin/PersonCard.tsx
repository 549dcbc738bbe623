import { ask } from "../app/session";
import type { Me, User, UserChange } from "../contract/types";
import { Avatar } from "../design/Avatar";
import { Loaded } from "../design/Loaded";
import { useFetched } from "../live/fetched";
import * as api from "./api";
import { Memberships } from "./Memberships";
import { PersonActions } from "./PersonActions";
import { Rename } from "./Rename";

interface Props {
  slug: string;
  me: Me;
  onPassword: (made: { slug: string; password: string }) => void;
  onChange: () => void;
}

/** One person: who they are, where they belong, and what can be done. */
export function PersonCard({ slug, me, onPassword, onChange }: Props) {
  const user = useFetched(slug, () => api.user(slug));

  async function changed() {
    await user.load();
    onChange();
    if (slug === me.slug) await ask(); // who I am here
  }

  async function change(asked: UserChange): Promise<User> {
    const now = await api.changeUser(slug, asked);
    await changed();
    return now;
  }

  return (
    <Loaded of={user}>
      {(known) => (
        <div className="cards" data-testid="person-card">
          <section className="card">
            <header>
              <Avatar slug={known.slug} name={known.name} />
              <Rename name={known.name} rename={(name) => change({ name })} />
            </header>
            <dl className="facts">
              <dt>Signs in as</dt>
              <dd>
                <code>{known.slug}</code>
              </dd>
              <dt>May</dt>
              <dd>{known.enabled ? (known.admin ? "do everything: admin" : "what their role in a project allows") : "not sign in: disabled"}</dd>
            </dl>
            <PersonActions user={known} me={me} change={change} onPassword={onPassword} />
          </section>
          <Memberships user={known} me={me} onChange={changed} />
        </div>
      )}
    </Loaded>
  );
}
