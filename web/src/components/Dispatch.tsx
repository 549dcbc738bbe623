import { useCallback, useEffect, useState } from "react";
import type { Me, Project } from "../messages";
import { FeedContext, useOwnFeed } from "../useFeed";
import { ChatPanel } from "./ChatPanel";
import { EquipmentPanel } from "./EquipmentPanel";
import { MapView } from "./MapView";
import { PhoneBar, type Pane } from "./PhoneBar";
import { SideList } from "./SideList";
import { Tabs } from "./Tabs";
import { TopBar } from "./TopBar";
import { useUnseen } from "./useUnseen";

const TABS = [{ id: "equipment", word: "Equipment" }, { id: "chat", word: "Chat" }] as const;

/** The dispatcher's screen; on a phone one pane of it at a time. */
export function Dispatch({ me, project }: { me: Me; project: Project }) {
  const feed = useOwnFeed(project.slug, me.slug);
  const [pane, setPane] = useState<Pane>("map");
  const [selected, setSelected] = useState<string | null>(null);
  const tab = pane === "chat" ? "chat" : "equipment";
  const unseen = useUnseen(feed, pane === "chat");
  const canWrite = me.admin || project.role !== "viewer";
  useTitle(project.name);

  const select = useCallback((slug: string | null) => {
    setSelected(slug);
    if (slug !== null) {
      setPane((current) => (current === "map" ? current : window.innerWidth <= PHONE ? "map" : current));
      void feed.loadTrail(slug);
    }
  }, [feed]);

  return (
    <FeedContext value={feed}>
      <div className="dispatch" data-pane={pane}>
        <TopBar me={me} project={project} feed={feed} />
        <SideList selected={selected} onSelect={select} />
        <MapView selected={selected} onSelect={select} />
        <aside className="panel" aria-label="Equipment and chat">
          <Tabs tabs={TABS} current={tab} marked={unseen ? "chat" : null} onChange={setPane} />
          {tab === "equipment" && <EquipmentPanel canWrite={canWrite} />}
          <ChatPanel key={tab} me={me} project={project} canWrite={canWrite} brief={tab === "equipment"} />
        </aside>
        <PhoneBar pane={pane} unseen={unseen} onChange={setPane} />
      </div>
    </FeedContext>
  );
}

const PHONE = 720; // px, as in the style sheet

function useTitle(project: string): void {
  useEffect(() => {
    document.title = `${project} · RentGuy Live`;
    return () => void (document.title = "RentGuy Live");
  }, [project]);
}
