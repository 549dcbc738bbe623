import { useEffect, type ReactNode } from "react";
import type { Status } from "../contract/types";
import { ago, instant } from "../design/times";
import { useNow } from "../design/useNow";
import type { Entry } from "../live/outbox";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useLive, useRealtime } from "../live/useRealtime";
import type { AskedStatus } from "../live/ways";
import type { Note } from "./changes";
import { STATUS_NAMES } from "./items";

const UNDO_MS = 10_000;
const SHOWN = 3;

/** What one has to know of the changes one asked for: those that wait, were refused or overruled, and what can be undone. */
export function ChangeNotes({ nameOf }: { nameOf: (slug: string) => string }) {
  const { project, stock } = useFeed();
  const entries = useStore(useLive().outbox.entries);
  const notes = useStore(stock.changes.notes);
  const mine = entries.filter((entry) => entry.kind === "status" && entry.project === project);
  const failed = mine.filter(({ fate }) => fate === "failed");
  const lines = [
    ...failed.map((entry) => <Refused key={entry.id} entry={entry} />),
    ...notes.map((note) => <NoteLine key={note.id} note={note} nameOf={nameOf} />),
  ];
  return (
    <div className="change-notes" role="status">
      <Waiting entries={mine.filter(({ fate }) => fate !== "failed")} />
      {lines.slice(-SHOWN)}
      {lines.length > SHOWN && <p className="dim">and {lines.length - SHOWN} more</p>}
    </div>
  );
}

function Waiting({ entries }: { entries: readonly Entry[] }) {
  const { live } = useRealtime();
  const error = entries.find((entry) => entry.error)?.error;
  if (entries.length === 0 || (live && !error)) return null;
  const words = entries.length === 1 ? "1 change waits" : `${entries.length} changes wait`;
  return (
    <p data-testid="waiting">
      {words} {live ? `: ${error}` : "for the line"}
    </p>
  );
}

function Refused({ entry }: { entry: Entry }) {
  const { stock } = useFeed();
  const { codes, status } = entry.payload as AskedStatus;
  const whose = useWhose(codes);
  return (
    <Line
      bad
      words={`${whose} not changed to ${STATUS_NAMES[status]}: ${entry.error}`}
      again={() => stock.changes.again({ id: entry.id, codes, status })}
      dismiss={() => stock.changes.dismiss(entry.id)}
    />
  );
}

function NoteLine({ note, nameOf }: { note: Note; nameOf: (slug: string) => string }) {
  const { changes } = useFeed().stock;
  const now = useNow();
  const whose = useWhose(note.codes);
  const dismiss = () => changes.dismiss(note.id);
  switch (note.kind) {
    case "done":
      return <Done note={note} whose={whose} />;
    case "unkept":
      return <Line bad words={`${whose} not changed: ${note.error}`} again={() => changes.again(note)} dismiss={dismiss} />;
    case "overruled": {
      const { by, status, at } = note.by;
      const who = by ? nameOf(by) : "somebody";
      const since = `${who} set it to ${STATUS_NAMES[status]} ${ago(now - instant(at))}`;
      const words = `${whose} not changed to ${STATUS_NAMES[note.status]}: ${since}`;
      return <Line bad words={words} again={() => changes.again(note)} dismiss={dismiss} />;
    }
  }
}

function Done({ note, whose }: { note: Note & { kind: "done" }; whose: string }) {
  const { changes } = useFeed().stock;
  useEffect(() => {
    const timer = setTimeout(() => changes.dismiss(note.id), UNDO_MS);
    return () => clearTimeout(timer);
  }, [changes, note.id]);
  return (
    <p data-testid="done">
      <span className="words">
        {whose} {STATUS_NAMES[note.status as Status]}
      </span>
      <button type="button" className="link" onClick={() => changes.undo(note)}>
        Undo
      </button>
    </p>
  );
}

interface LineProps {
  bad?: boolean;
  words: ReactNode;
  again: () => void;
  dismiss: () => void;
}

function Line({ bad, words, again, dismiss }: LineProps) {
  return (
    <p data-bad={bad} data-testid="refused">
      <span className="words">{words}</span>
      <button type="button" className="link" onClick={again}>
        Try again
      </button>
      <button type="button" className="link" onClick={dismiss}>
        Dismiss
      </button>
    </p>
  );
}

/** "FOH rack 7:", or "12 cases:". */
function useWhose(codes: readonly string[]): string {
  const { byCode } = useStore(useFeed().stock.items);
  const [only = ""] = codes;
  return codes.length === 1 ? `${byCode.get(only)?.name ?? only}:` : `${codes.length} cases:`;
}
