import type { Feed } from "../live/feed";
import type { Me, Project } from "../contract/types";
import { goTo } from "./router";
import { Avatar } from "../design/Avatar";
import { ConnectionBadge } from "./ConnectionBadge";
import { Icon } from "../design/Icon";
import { SignOut } from "./SignOut";

export function TopBar({ me, project, feed }: { me: Me; project: Project; feed: Feed }) {
  return (
    <header className="top-bar">
      <span className="brand">
        Rent<b>Guy</b> Live
      </span>
      <ProjectSwitcher projects={me.projects} project={project} />
      <span className="stretch" />
      <ConnectionBadge feed={feed} />
      <span className="me" title={`${me.name}, ${me.admin ? "admin" : project.role}`}>
        <Avatar slug={me.slug} name={me.name} />
        <span className="name">{me.name}</span>
      </span>
      <SignOut className="icon-button">
        <Icon name="out" />
      </SignOut>
    </header>
  );
}

function ProjectSwitcher({ projects, project }: { projects: readonly Project[]; project: Project }) {
  if (projects.length < 2) return <h1 className="project">{project.name}</h1>;
  return (
    <span className="select">
      <select aria-label="Project" value={project.slug} onChange={(event) => goTo(`/projects/${event.target.value}`)}>
        {projects.map(({ slug, name }) => (
          <option key={slug} value={slug}>
            {name}
          </option>
        ))}
      </select>
      <Icon name="chevron" size={14} />
    </span>
  );
}
