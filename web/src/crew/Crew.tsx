import { useEffect } from "react";
import { goTo, pathOf, useRoute } from "../app/router";
import { Notice } from "../design/Notice";
import type { Me } from "../contract/types";
import { CrewContext, useOwnCrew } from "./useCrew";
import { CrewProject } from "./CrewProject";
import { MyProjects } from "./MyProjects";
import { registerWorker } from "./worker";
import "./crew.css";
import "./scan.css";

/** The phone: one's own projects, and one of them at a time. */
export default function Crew({ me }: { me: Me }) {
  const crew = useOwnCrew(me);
  const { project: slug } = useRoute();
  const project = me.projects.find((one) => one.slug === slug);
  const only = me.projects.length === 1 && !slug ? me.projects[0] : undefined;
  useEffect(registerWorker, []);
  useEffect(() => {
    if (only) goTo(pathOf("crew", only.slug), true);
  }, [only]);
  if (!crew || only) return <Notice busy>Opening…</Notice>;
  return (
    <CrewContext value={crew}>
      {project ? <CrewProject key={project.slug} me={me} project={project} /> : <MyProjects me={me} missing={slug} />}
    </CrewContext>
  );
}
