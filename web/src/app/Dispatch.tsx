import { useCallback, useState } from "react";
import { goTo, pathOf, useRoute } from "./router";
import type { Me, Project } from "../contract/types";
import { useStore } from "../live/store";
import { FeedContext, useOwnFeed } from "../live/useFeed";
import { ChatPanel } from "../chat/ChatPanel";
import { EquipmentPanel } from "../equipment/EquipmentPanel";
import { HandScanner } from "../equipment/HandScanner";
import { MapView } from "../map/MapView";
import { PANES, PhoneBar, type Pane } from "./PhoneBar";
import { SideList } from "../movers/SideList";
import { Tabs } from "../design/Tabs";
import { TopBar } from "./TopBar";
import { usePhone } from "./usePhone";

/** The dispatcher's screen; on a phone one pane of it at a time. */
export function Dispatch({ me, project }: { me: Me; project: Project }) {
  const feed = useOwnFeed(project.slug, me.slug);
  const { pane: named } = useRoute();
  const pane = PANES.find(({ id }) => id === named)?.id ?? "map";
  const setPane = useCallback(
    (next: Pane) => goTo(pathOf("projects", project.slug, next) + location.search),
    [project.slug],
  );
  const tab = pane === "chat" ? "chat" : "equipment";
  const phone = usePhone();
  const unfolded = useUnfolded(!phone || pane === "map");
  const { count: unread } = useStore(feed.conversation.unread);
  const canWrite = me.admin || project.role !== "viewer";
  const tabs = [
    { id: "equipment", word: "Equipment" },
    { id: "chat", word: "Chat", unread },
  ] as const;

  return (
    <FeedContext value={feed}>
      <div className="dispatch" data-pane={pane}>
        <TopBar me={me} project={project} feed={feed} />
        <SideList />
        {unfolded && <MapView />}
        <section className="panel" role={phone && pane !== "map" ? "main" : "complementary"} aria-label="Equipment and chat">
          <Tabs tabs={tabs} current={tab} onChange={setPane} />
          {tab === "equipment" && <EquipmentPanel canWrite={canWrite} />}
          <ChatPanel key={tab} me={me} project={project} canWrite={canWrite} brief={tab === "equipment"} />
        </section>
        <HandScanner />
        <PhoneBar pane={pane} unread={unread} onChange={setPane} />
      </div>
    </FeedContext>
  );
}

/** The map is fetched once somebody looks at it, and from then on stays as it was left. */
function useUnfolded(looked: boolean): boolean {
  const [unfolded, unfold] = useState(looked);
  if (looked && !unfolded) unfold(true);
  return unfolded;
}
