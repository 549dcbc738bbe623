import type { ReactNode } from "react";
import type { Me } from "../contract/types";
import { Avatar } from "../design/Avatar";
import { Icon } from "../design/Icon";
import { follow, wayBack } from "./router";
import "./pages.css";

/** Above a page of no project: the way back, what it is, who one is. */
export function PageTop({ me, title, children }: { me: Me; title: string; children?: ReactNode }) {
  return (
    <header className="page-top">
      <a className="icon-button" href={wayBack()} aria-label="Back to the project" onClick={follow(wayBack())}>
        <Icon name="back" size={20} />
      </a>
      <h1>{title}</h1>
      {children}
      <span className="stretch" />
      <a className="me" href="/account" title={`${me.name}: you`} onClick={follow("/account")}>
        <Avatar slug={me.slug} name={me.name} />
        <span className="hidden">{me.name}: you</span>
      </a>
    </header>
  );
}
