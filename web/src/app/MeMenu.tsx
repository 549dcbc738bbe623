import { useState, type ReactNode } from "react";
import { createPortal } from "react-dom";
import type { Me, Project } from "../contract/types";
import { Avatar } from "../design/Avatar";
import { Icon } from "../design/Icon";
import type { IconName } from "../design/icons";
import { Popover } from "../design/Popover";
import { useKeys } from "../movers/useKeys";
import { PEOPLE } from "../notify/People";
import { Keys } from "./Keys";
import { mayAdminister } from "./rights";
import { follow, pathOf } from "./router";
import { SignOut } from "./SignOut";

const MENU = "me";

/** Oneself, and what concerns only oneself. */
export function MeMenu({ me, project }: { me: Me; project: Project }) {
  const [keys, setKeys] = useState(false);
  useKeys({ "?": () => setKeys(true) });
  return (
    <>
      <button type="button" className="me" popoverTarget={MENU} data-testid="me" title={me.name}>
        <Avatar slug={me.slug} name={me.name} />
        <span className="hidden">{me.name}: menu</span>
      </button>
      <Popover id={MENU} label={me.name} className="menu">
        {(close) => (
          <>
            <div className="head">
              <Avatar slug={me.slug} name={me.name} />
              <span className="who">
                <b>{me.name}</b>
                <span className="dim">{me.admin ? "admin" : project.role}</span>
              </span>
            </div>
            <button
              type="button"
              className="menu-item on-phone"
              onClick={() => {
                close();
                document.getElementById(PEOPLE)?.showPopover();
              }}
            >
              <Icon name="people" /> People
            </button>
            <MenuLink icon="phone" path={pathOf("crew", project.slug)} onFollow={close}>
              Phone view
            </MenuLink>
            <MenuLink icon="person" path="/account" onFollow={close}>
              You
            </MenuLink>
            {mayAdminister(me) && (
              <MenuLink icon="settings" path="/admin" onFollow={close}>
                Administration
              </MenuLink>
            )}
            <button
              type="button"
              className="menu-item"
              onClick={() => {
                close();
                setKeys(true);
              }}
            >
              <Icon name="keyboard" /> Keys
            </button>
            <SignOut className="menu-item">
              <Icon name="out" /> Sign out
            </SignOut>
          </>
        )}
      </Popover>
      {keys && createPortal(<Keys onClose={() => setKeys(false)} />, document.body)}
    </>
  );
}

interface LinkProps {
  icon: IconName;
  path: string;
  onFollow: () => void;
  children: ReactNode;
}

function MenuLink({ icon, path, onFollow, children }: LinkProps) {
  return (
    <a
      className="menu-item"
      href={path}
      onClick={(event) => {
        onFollow();
        follow(path)(event);
      }}
    >
      <Icon name={icon} /> {children}
    </a>
  );
}
