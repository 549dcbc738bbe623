import { useEffect } from "react";
import type { Me } from "../contract/types";
import { mayAdminister } from "./rights";
import { follow, goTo } from "./router";
import { SignOut } from "./SignOut";

/** Which project to open; with only one there is nothing to choose. */
export function ChooseProject({ me, missing }: { me: Me; missing: string | null }) {
  const only = me.projects.length === 1 && !missing ? me.projects[0] : undefined;
  useEffect(() => {
    if (only) goTo(`/projects/${only.slug}`, true);
  }, [only]);
  if (only) return null;
  return (
    <main className="sign-in">
      <section>
        <h1 className="brand">
          Rent<b>Guy</b> Live
        </h1>
        {missing && <p className="hint">You aren't on a project “{missing}”, or not any more.</p>}
        {me.projects.length === 0 ? (
          <p>You are on no project yet, {me.name}. Ask a dispatcher to add you.</p>
        ) : (
          <p className="dim">Which project, {me.name}?</p>
        )}
        <ul className="choices">
          {me.projects.map(({ slug, name, role }) => (
            <li key={slug}>
              <a
                className="choice"
                href={`/projects/${slug}`}
                onClick={(event) => {
                  event.preventDefault();
                  goTo(`/projects/${slug}`);
                }}
              >
                <b>{name}</b>
                <span className="dim">{role ?? "admin"}</span>
              </a>
            </li>
          ))}
        </ul>
        <p className="elsewhere">
          <a className="link" href="/account" onClick={follow("/account")}>
            You
          </a>
          {mayAdminister(me) && (
            <a className="link" href="/admin" onClick={follow("/admin")}>
              Administration
            </a>
          )}
        </p>
        <SignOut className="button">Sign out</SignOut>
      </section>
    </main>
  );
}
