import type { Feed } from "../live/feed";
import type { Me, Project } from "../contract/types";
import { Icon } from "../design/Icon";
import { Bell } from "../notify/Bell";
import { People } from "../notify/People";
import { ConnectionBadge } from "./ConnectionBadge";
import { MeMenu } from "./MeMenu";
import { goTo } from "./router";

export function TopBar({ me, project, feed }: { me: Me; project: Project; feed: Feed }) {
  return (
    <header className="top-bar">
      <span className="brand">
        Rent<b>Guy</b> Live
      </span>
      <ProjectSwitcher projects={me.projects} project={project} />
      <span className="stretch" />
      <ConnectionBadge feed={feed} />
      <People />
      <Bell project={project.name} />
      <MeMenu me={me} project={project} />
    </header>
  );
}

function ProjectSwitcher({ projects, project }: { projects: readonly Project[]; project: Project }) {
  if (projects.length < 2) return <h1 className="project">{project.name}</h1>;
  return (
    <span className="select">
      <h1 className="hidden">{project.name}</h1>
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
