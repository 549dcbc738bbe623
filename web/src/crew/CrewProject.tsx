import { useEffect } from "react";
import { ConnectionBadge } from "../app/ConnectionBadge";
import { follow, goTo, pathOf, useRoute } from "../app/router";
import { ChatPanel } from "../chat/ChatPanel";
import type { Me, Project } from "../contract/types";
import { Icon } from "../design/Icon";
import { useStore } from "../live/store";
import { FeedContext, useOwnFeed } from "../live/useFeed";
import { useLive } from "../live/useRealtime";
import { MapView } from "../map/MapView";
import { SideList } from "../movers/SideList";
import { Bell } from "../notify/Bell";
import { CrewBar, CREW_PANES, type CrewPane } from "./CrewBar";
import { useKnown } from "./known";
import { MePane } from "./MePane";
import { ScanPane } from "./ScanPane";
import { ShareStrip } from "./ShareStrip";

/** One project on the phone: the switch that shares the position first, then one of four panes. */
export function CrewProject({ me, project }: { me: Me; project: Project }) {
  const feed = useOwnFeed(project.slug, me.slug);
  const known = useKnown(feed);
  const takesPart = me.admin || project.role !== "viewer";
  const pane = usePane(project.slug, takesPart ? "scan" : "map");
  const { count: unread } = useStore(feed.conversation.unread);
  const waiting = useStore(useLive().outbox.entries).length;

  return (
    <FeedContext value={feed}>
      <div className="crew" data-pane={pane}>
        <header className="crew-top">
          {me.projects.length > 1 && (
            <a className="icon-button" href="/crew" aria-label="My projects" onClick={follow("/crew")}>
              <Icon name="back" size={22} />
            </a>
          )}
          <h1>{project.name}</h1>
          <span className="stretch" />
          <ConnectionBadge feed={feed} />
          <Bell project={project.name} />
        </header>
        {takesPart && <ShareStrip me={me} project={project} people={known.people} />}
        {pane === "map" && <MapPane />}
        {pane === "scan" && (
          <main className="crew-pane scroll" aria-label="Scan" tabIndex={-1}>
            <ScanPane me={me} project={project} known={known} canScan={takesPart} />
          </main>
        )}
        {pane === "chat" && (
          <main className="crew-pane" aria-label="Chat">
            <ChatPanel me={me} project={project} canWrite={takesPart} brief={false} />
          </main>
        )}
        {pane === "me" && (
          <main className="crew-pane scroll" aria-label="Me" tabIndex={-1}>
            <MePane me={me} project={project} />
          </main>
        )}
        <CrewBar project={project.slug} pane={pane} unread={unread} waiting={waiting} />
      </div>
    </FeedContext>
  );
}

function MapPane() {
  return (
    <div className="crew-pane crew-map">
      <MapView />
      <SideList />
    </div>
  );
}

/** What the address names, or where one begins. */
function usePane(project: string, first: CrewPane): CrewPane {
  const { pane: named } = useRoute();
  const pane = CREW_PANES.find(({ id }) => id === named)?.id;
  useEffect(() => {
    if (!pane) goTo(pathOf("crew", project, first), true);
  }, [pane, project, first]);
  return pane ?? first;
}
