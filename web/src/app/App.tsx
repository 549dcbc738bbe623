import { useEffect, useState } from "react";
import { ChooseProject } from "./ChooseProject";
import { Dispatch } from "./Dispatch";
import { Notice } from "../design/Notice";
import { SignIn } from "./SignIn";
import type { Me } from "../contract/messages";
import { Realtime } from "../live/realtime";
import { useProject } from "./router";
import { ask, session } from "./session";
import { useStore } from "../live/store";
import { RealtimeContext } from "../live/useRealtime";

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
  const realtime = useOwnRealtime();
  const slug = useProject();
  const project = me.projects.find((one) => one.slug === slug);
  if (!realtime) return null;
  return (
    <RealtimeContext value={realtime}>
      {project ? <Dispatch key={project.slug} me={me} project={project} /> : <ChooseProject me={me} missing={slug} />}
    </RealtimeContext>
  );
}

/** One socket for as long as one is signed in. */
function useOwnRealtime(): Realtime | null {
  const [realtime, setRealtime] = useState<Realtime | null>(null);
  useEffect(() => {
    const own = new Realtime(`${location.origin.replace(/^http/, "ws")}/ws`);
    own.onDoubt(() => void ask());
    own.start();
    setRealtime(own);
    return () => own.stop();
  }, []);
  return realtime;
}
