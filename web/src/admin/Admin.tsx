import { useEffect, type ComponentType } from "react";
import { PageTop } from "../app/PageTop";
import { follow, goTo, useRoute } from "../app/router";
import type { Me } from "../contract/types";
import { Audit } from "./Audit";
import { Devices } from "./Devices";
import { Members } from "./Members";
import { People } from "./People";
import { Projects } from "./Projects";
import { sectionsOf, type Section } from "./sections";
import { Shifts } from "./Shifts";
import { WithProject } from "./WithProject";
import "./admin.css";

const PAGES: Record<Section["id"], ComponentType<{ me: Me }>> = {
  devices: Devices,
  people: ({ me }) => (me.admin ? <People me={me} /> : <WithProject me={me}>{(project) => <Members project={project} />}</WithProject>),
  projects: Projects,
  shifts: ({ me }) => <WithProject me={me}>{(project) => <Shifts project={project} />}</WithProject>,
  audit: Audit,
};

/** The registry, for admins, and for dispatchers what of it is theirs. */
export default function Admin({ me }: { me: Me }) {
  const sections = sectionsOf(me);
  const { pane } = useRoute();
  const section = sections.find(({ id }) => id === pane) ?? sections[0];
  useEffect(() => {
    if (section && section.id !== pane) goTo(`/admin/${section.id}`, true);
  }, [section, pane]);
  const Page = section && PAGES[section.id];
  return (
    <div className="page admin">
      <PageTop me={me} title="Administration" />
      {sections.length > 0 && (
        <nav className="sections" aria-label="Administration">
          {sections.map(({ id, word }) => (
            <a key={id} href={`/admin/${id}`} aria-current={id === section?.id ? "page" : undefined} onClick={follow(`/admin/${id}`)}>
              {word}
            </a>
          ))}
        </nav>
      )}
      {Page ? <Page me={me} /> : <Refused />}
    </div>
  );
}

function Refused() {
  return (
    <main className="page-main">
      <div className="notice">
        <p>Devices, people and projects are looked after by dispatchers and admins. Ask one of them for what you need.</p>
        <a className="link" href="/account" onClick={follow("/account")}>
          Your own account
        </a>
      </div>
    </main>
  );
}
