import { PageTop } from "../app/PageTop";
import { SignOut } from "../app/SignOut";
import type { Me } from "../contract/types";
import { PasswordForm } from "./PasswordForm";
import { Sessions } from "./Sessions";
import { StoredData } from "./StoredData";
import { Tokens } from "./Tokens";
import "./account.css";

/** Oneself: password, sessions, tokens, and what is stored of one. */
export default function Account({ me }: { me: Me }) {
  return (
    <div className="page account">
      <PageTop me={me} title="You" />
      <main className="page-main scroll" tabIndex={-1}>
        <section className="card who-am-i">
          <span>
            <b>{me.name}</b>
            <span className="dim">
              <code>{me.slug}</code>
              {me.admin && " · admin"}
            </span>
          </span>
          <SignOut className="button">Sign out</SignOut>
        </section>
        <StoredData me={me} />
        <Tokens />
        <PasswordForm />
        <Sessions />
      </main>
    </div>
  );
}
