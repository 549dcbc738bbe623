import { lazy, Suspense, useEffect } from "react";
import { ChooseProject } from "./ChooseProject";
import { Dispatch } from "./Dispatch";
import { Notice } from "../design/Notice";
import { SignIn } from "./SignIn";
import type { Me } from "../contract/types";
import { useRoute } from "./router";
import { ask, session } from "./session";
import { useStore } from "../live/store";
import { LiveContext, useOwnLive, type Live } from "../live/useRealtime";

const PAGES = {
  crew: lazy(() => import("../crew/Crew")),
  admin: lazy(() => import("../admin/Admin")),
  account: lazy(() => import("../account/Account")),
};

export function App() {
  const current = useStore(session);
  useEffect(() => void ask(), []);
  switch (current.state) {
    case "asking":
      return <Notice busy>Signing in…</Notice>;
    case "unreachable":
      return <Notice action={{ word: "Try again", run: () => void ask() }}>{current.reason}</Notice>;
    case "out":
      return <SignIn expired={current.expired} />;
    case "in":
      return <SignedIn key={current.me.slug} me={current.me} offline={current.offline} />;
  }
}

function SignedIn({ me, offline }: { me: Me; offline: boolean }) {
  const live = useOwnLive(me.slug, ask);
  return (
    <LiveContext value={live}>
      {live && offline && <AskAgain live={live} />}
      {live && <Area me={me} />}
    </LiveContext>
  );
}

function Area({ me }: { me: Me }) {
  const { area, project: slug } = useRoute();
  const project = me.projects.find((one) => one.slug === slug);
  if (area !== "projects") {
    const Page = PAGES[area];
    return (
      <Suspense fallback={<Notice busy>Opening…</Notice>}>
        <Page me={me} />
      </Suspense>
    );
  }
  if (!project) return <ChooseProject me={me} missing={slug} />;
  return <Dispatch key={project.slug} me={me} project={project} />;
}

/** Shown as last time: once there is a line, who one is now. */
function AskAgain({ live }: { live: Live }) {
  const { phase } = useStore(live.realtime.connection);
  useEffect(() => {
    if (phase === "live") void ask();
  }, [phase]);
  return null;
}
