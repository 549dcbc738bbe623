import { useState } from "react";
import { follow } from "../app/router";
import { ask } from "../app/session";
import type { Me } from "../contract/types";
import { AddProject } from "./AddProject";
import { ProjectCard } from "./ProjectCard";
import { Split } from "./Split";
import { useLook } from "./useLook";

/** Every project, and the card of one. */
export function Projects({ me }: { me: Me }) {
  const look = useLook("project");
  const [adding, setAdding] = useState(false);
  return (
    <>
      <Split back={look.pathOf(null)} card={look.at && <ProjectCard key={look.at} slug={look.at} />}>
        <div className="list-top">
          <p className="dim">
            {me.projects.length.toLocaleString("en")} {me.projects.length === 1 ? "project" : "projects"}
          </p>
          <span className="stretch" />
          <button type="button" className="button" onClick={() => setAdding(true)}>
            Add a project
          </button>
        </div>
        {me.projects.length === 0 && <p className="dim empty">No project yet: add the first.</p>}
        <ul className="choices">
          {me.projects.map(({ slug, name }) => (
            <li key={slug}>
              <a
                className="choice"
                href={look.pathOf(slug)}
                aria-current={look.at === slug || undefined}
                onClick={follow(look.pathOf(slug))}
              >
                <b>{name}</b>
                <span className="dim">{slug}</span>
              </a>
            </li>
          ))}
        </ul>
      </Split>
      {adding && (
        <AddProject
          onAdded={async ({ slug }) => {
            await ask(); // it is one of mine now
            setAdding(false);
            look.goTo(slug);
          }}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}
