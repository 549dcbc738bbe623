import { useCallback, useEffect, useState } from "react";
import { goTo, pathOf, useRoute } from "./router";
import type { Me, Project } from "../contract/types";
import { FeedContext, useOwnFeed } from "../live/useFeed";
import { usePhone } from "./usePhone";
import { ChatPanel } from "../chat/ChatPanel";
import { EquipmentPanel } from "../equipment/EquipmentPanel";
import { HandScanner } from "../equipment/HandScanner";
import { MapView } from "../map/MapView";
import { PANES, PhoneBar, type Pane } from "./PhoneBar";
import { SideList } from "../movers/SideList";
import { Tabs } from "../design/Tabs";
import { TopBar } from "./TopBar";
import { useUnseen } from "../chat/useUnseen";

const TABS = [
  { id: "equipment", word: "Equipment" },
  { id: "chat", word: "Chat" },
] as const;

/** The dispatcher's screen; on a phone one pane of it at a time. */
export function Dispatch({ me, project }: { me: Me; project: Project }) {
  const feed = useOwnFeed(project.slug, me.slug);
  const { pane: named } = useRoute();
  const pane = PANES.find(({ id }) => id === named)?.id ?? "map";
  const setPane = useCallback(
    (next: Pane) => goTo(pathOf("projects", project.slug, next) + location.search),
    [project.slug],
  );
  const [selected, setSelected] = useState<string | null>(null);
  const tab = pane === "chat" ? "chat" : "equipment";
  const phone = usePhone();
  const unseen = useUnseen(feed, pane === "chat" || !phone); // elsewhere the last lines are always in view
  const canWrite = me.admin || project.role !== "viewer";
  useTitle(project.name);

  const select = useCallback(
    (slug: string | null) => {
      setSelected(slug);
      if (slug !== null) {
        if (phone) setPane("map");
        void feed.fleet.loadTrail(slug);
      }
    },
    [feed, phone, setPane],
  );

  return (
    <FeedContext value={feed}>
      <div className="dispatch" data-pane={pane}>
        <TopBar me={me} project={project} feed={feed} />
        <SideList selected={selected} onSelect={select} />
        <MapView selected={selected} onSelect={select} />
        <aside className="panel" aria-label="Equipment and chat">
          <Tabs tabs={TABS} current={tab} onChange={setPane} />
          {tab === "equipment" && <EquipmentPanel canWrite={canWrite} />}
          <ChatPanel key={tab} me={me} project={project} canWrite={canWrite} brief={tab === "equipment"} />
        </aside>
        <HandScanner />
        <PhoneBar pane={pane} unseen={unseen} onChange={setPane} />
      </div>
    </FeedContext>
  );
}

function useTitle(project: string): void {
  useEffect(() => {
    document.title = `${project} · RentGuy Live`;
    return () => void (document.title = "RentGuy Live");
  }, [project]);
}
