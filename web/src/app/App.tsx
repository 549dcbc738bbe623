import { useEffect } from "react";
import { ChooseProject } from "./ChooseProject";
import { Dispatch } from "./Dispatch";
import { Notice } from "../design/Notice";
import { SignIn } from "./SignIn";
import type { Me } from "../contract/types";
import { useRoute } from "./router";
import { ask, session } from "./session";
import { useStore } from "../live/store";
import { LiveContext, useOwnLive } from "../live/useRealtime";

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
      return <SignedIn key={current.me.slug} me={current.me} />;
  }
}

function SignedIn({ me }: { me: Me }) {
  const live = useOwnLive(me.slug, ask);
  const { project: slug } = useRoute();
  const project = me.projects.find((one) => one.slug === slug);
  if (!live) return null;
  return (
    <LiveContext value={live}>
      {project ? <Dispatch key={project.slug} me={me} project={project} /> : <ChooseProject me={me} missing={slug} />}
    </LiveContext>
  );
}
