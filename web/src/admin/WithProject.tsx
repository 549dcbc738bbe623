import type { ReactNode } from "react";
import { managed } from "../app/rights";
import { useQuery } from "../app/router";
import type { Me, Project } from "../contract/types";
import { Notice } from "../design/Notice";
import { Select } from "../design/Select";

/** A section of one project at a time: the one the address names, or the first of one's own. */
export function WithProject({ me, children }: { me: Me; children: (project: Project) => ReactNode }) {
  const [named, setNamed] = useQuery("project");
  const projects = managed(me);
  const project = projects.find(({ slug }) => slug === named) ?? projects[0];
  if (!project) return <Notice>There is no project yet.</Notice>;
  return (
    <main className="page-main scroll narrow" tabIndex={-1}>
      {projects.length > 1 ? (
        <Select label="Project" value={project.slug} onChange={setNamed}>
          {projects.map(({ slug, name }) => (
            <option key={slug} value={slug}>
              {name}
            </option>
          ))}
        </Select>
      ) : (
        <p className="dim">{project.name}</p>
      )}
      {children(project)}
    </main>
  );
}
