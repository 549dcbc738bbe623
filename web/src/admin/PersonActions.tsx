import { useState, type ReactNode } from "react";
import type { Me, StoredCount, User, UserChange } from "../contract/types";
import { Confirm } from "../design/Confirm";
import * as api from "./api";
import { newPassword } from "./password";

interface Props {
  user: User;
  me: Me;
  change: (asked: UserChange) => Promise<User>;
  onPassword: (made: { slug: string; password: string }) => void;
}

interface Deed {
  readonly button: string;
  readonly title: string;
  readonly happens: ReactNode;
  readonly run: () => Promise<unknown>;
}

/** What can be done to a person's account; each asks once. */
export function PersonActions({ user, me, change, onPassword }: Props) {
  const [asking, setAsking] = useState<string | null>(null);
  const [erased, setErased] = useState<readonly StoredCount[] | null>(null);
  const deeds = deedsOf(user, change, onPassword, setErased);
  const deed = deeds.find(({ button }) => button === asking);
  return (
    <>
      <div className="form-buttons">
        {deeds.map(({ button }) => (
          <button key={button} type="button" className="button small" onClick={() => setAsking(button)}>
            {button}
          </button>
        ))}
      </div>
      {erased && (
        <p className="hint" role="status">
          Erased: {erased.map(({ kind, count }) => `${count.toLocaleString("en")} ${kind}`).join(", ") || "there was nothing"}.
        </p>
      )}
      {deed && (
        <Confirm title={deed.title} word={deed.button} busyWord="One moment…" run={deed.run} onClose={() => setAsking(null)}>
          {deed.happens}
          {user.slug === me.slug && <b> This is yourself.</b>}
        </Confirm>
      )}
    </>
  );
}

function deedsOf(
  { slug, name, admin, enabled }: User,
  change: Props["change"],
  onPassword: Props["onPassword"],
  onErased: (counts: readonly StoredCount[]) => void,
): Deed[] {
  return [
    enabled
      ? {
          button: "Disable",
          title: `Disable ${name}?`,
          happens: "They are signed out everywhere now, their tokens are refused, and they can’t sign in until they are enabled again.",
          run: () => change({ enabled: false }),
        }
      : { button: "Enable", title: `Enable ${name}?`, happens: "They can sign in again, with the password they have.", run: () => change({ enabled: true }) },
    {
      button: "New password",
      title: `A new password for ${name}?`,
      happens: "The one they have is void and they are signed out everywhere. The new one is shown once, for you to hand over.",
      run: async () => {
        const password = newPassword();
        await change({ password });
        onPassword({ slug, password });
      },
    },
    {
      button: "Sign out everywhere",
      title: `Sign ${name} out everywhere?`,
      happens: "Every browser and phone of theirs is signed out now. They can sign in again; their tokens go on.",
      run: () => api.signOut(slug),
    },
    admin
      ? { button: "No admin any more", title: `${name} no admin any more?`, happens: "They may do only what their role in each project allows.", run: () => change({ admin: false }) }
      : { button: "Make admin", title: `Make ${name} an admin?`, happens: "They may see and change everything, in every project, the accounts of others too.", run: () => change({ admin: true }) },
    {
      button: "Erase positions",
      title: `Erase where ${name} was?`,
      happens:
        "All positions of theirs and of phones they own are erased, and the places of their scans. Messages and what happened to equipment stay. This can’t be undone.",
      run: async () => onErased(await api.erase(slug)),
    },
  ];
}
