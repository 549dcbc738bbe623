import type { ChatMessage, Me, Scan } from "../contract/types";
import { Ago } from "../design/Ago";
import type { Entry, EntryKind } from "../live/outbox";
import { useStore } from "../live/store";
import { useLive } from "../live/useRealtime";
import type { AskedStatus } from "../live/ways";
import { useCrew } from "./useCrew";

const WORDS: Record<EntryKind, (payload: unknown) => string> = {
  chat: (payload) => `Message: ${(payload as ChatMessage).body}`,
  revision: () => "Change of a message",
  scan: (payload) => `Scan: ${(payload as Scan).tag}`,
  status: (payload) => `Status: ${(payload as AskedStatus).codes.join(", ")}`,
};

const FATES: Record<Entry["fate"], string> = { waiting: "waits for signal", sent: "on its way", failed: "refused" };

/** What is kept on this phone until it is sent, and what was refused and needs a decision. */
export function Waiting({ me }: { me: Me }) {
  const { outbox } = useLive();
  const entries = useStore(outbox.entries);
  const { backlog } = useCrew().sharing;
  const [fixes, unkept] = [useStore(backlog.size), useStore(backlog.unkept)];
  const nameOf = (slug: string) => me.projects.find((project) => project.slug === slug)?.name ?? slug;
  return (
    <section data-testid="waiting">
      <h2>Waiting to be sent · {entries.length}</h2>
      {entries.length === 0 && <p className="dim">Everything has been sent.</p>}
      {fixes > 0 && <p className="dim">And {fixes} positions of your shift.</p>}
      {fixes > 0 && unkept !== null && <p className="error">Keep this page open until they are sent: {unkept}.</p>}
      <ul>
        {entries.map((entry) => (
          <li key={entry.id} className="entry" data-fate={entry.fate}>
            <span>
              <b>{WORDS[entry.kind](entry.payload)}</b>
              <span className="dim">
                {nameOf(entry.project)} · <Ago at={entry.at} /> · {entry.error ?? FATES[entry.fate]}
              </span>
            </span>
            {entry.fate === "failed" && (
              <span className="decide">
                <button type="button" className="button" onClick={() => outbox.retry(entry.id)}>
                  Try again
                </button>
                <button type="button" className="button" onClick={() => outbox.drop(entry.id)}>
                  Drop
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
