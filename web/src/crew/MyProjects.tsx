import { useEffect, useState } from "react";
import { follow, pathOf } from "../app/router";
import { SignOut } from "../app/SignOut";
import type { Me, Project, UnreadCount } from "../contract/types";
import { Icon } from "../design/Icon";
import { useStore } from "../live/store";
import { useLive } from "../live/useRealtime";
import * as api from "./api";
import { ShareStrip } from "./ShareStrip";
import { useCrew } from "./useCrew";

const AGAIN_MS = 60_000;

/** The projects one is on: what is new there, and what still waits to be sent to them. */
export function MyProjects({ me, missing }: { me: Me; missing: string | null }) {
  const { realtime, outbox } = useLive();
  const { phase } = useStore(realtime.connection);
  const entries = useStore(outbox.entries);
  const { shared } = useStore(useCrew().sharing.state);
  const unread = useUnread(phase === "live");
  const sharedWith = me.projects.find(({ slug }) => slug === shared?.project);
  return (
    <div className="crew" data-pane="projects">
      <header className="crew-top">
        <h1 className="brand">
          Rent<b>Guy</b> Live
        </h1>
        <span className="stretch" />
        <span className="dim">{me.name}</span>
      </header>
      {sharedWith && <ShareStrip me={me} project={sharedWith} people={null} />}
      <main className="crew-pane scroll my-projects" aria-label="My projects" tabIndex={-1}>
        {missing && <p className="hint">There is no project “{missing}” that you are on.</p>}
        {phase === "offline" && <p className="hint">No signal: this is as it was last time.</p>}
        {me.projects.length === 0 && <p>You are on no project yet. Ask a dispatcher to add you.</p>}
        <ul>
          {me.projects.map((project) => (
            <li key={project.slug}>
              <ProjectLink
                project={project}
                unread={unread[project.slug]}
                waiting={entries.filter((entry) => entry.project === project.slug).length}
              />
            </li>
          ))}
        </ul>
        <SignOut className="button">Sign out</SignOut>
      </main>
    </div>
  );
}

interface LinkProps {
  project: Project;
  unread: UnreadCount | undefined;
  waiting: number;
}

function ProjectLink({ project: { slug, name, role }, unread, waiting }: LinkProps) {
  const path = pathOf("crew", slug);
  return (
    <a className="project-link" href={path} data-testid={`project-${slug}`} onClick={follow(path)}>
      <span>
        <b>{name}</b>
        <span className="dim">{role}</span>
      </span>
      <span className="counts">
        {unread && unread.count > 0 && (
          <span className="new">
            <Icon name="chat" size={16} /> {unread.count} new{unread.mentions > 0 && `, ${unread.mentions} to you`}
          </span>
        )}
        {waiting > 0 && (
          <span className="warn">
            <Icon name="clock" size={16} /> {waiting} to send
          </span>
        )}
      </span>
    </a>
  );
}

function useUnread(live: boolean): Readonly<Record<string, UnreadCount>> {
  const [unread, setUnread] = useState<Record<string, UnreadCount>>({});
  useEffect(() => {
    if (!live) return;
    const ask = () => void api.unread().then(setUnread, () => {}); // what was last heard stays
    ask();
    const timer = setInterval(ask, AGAIN_MS);
    return () => clearInterval(timer);
  }, [live]);
  return unread;
}
