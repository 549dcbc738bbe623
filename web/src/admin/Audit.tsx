import { useEffect, useMemo } from "react";
import { useQuery } from "../app/router";
import type { AuditLine, Me } from "../contract/types";
import { Notice } from "../design/Notice";
import { Search } from "../design/Search";
import { Select } from "../design/Select";
import { absolute, clock, instant } from "../design/times";
import { now } from "../live/clock";
import { useStore } from "../live/store";
import { Lines } from "./lines";
import { detailWords } from "./auditWords";

/** Who changed what, newest first. */
export function Audit({ me }: { me: Me }) {
  const [by, setBy] = useQuery("by");
  const [subject, setSubject] = useQuery("subject");
  const [action, setAction] = useQuery("action");
  const [project, setProject] = useQuery("project");
  const lines = useMemo(
    () => new Lines({ by: by ?? "", subject: subject ?? "", action: action ?? "", project: project ?? "" }),
    [by, subject, action, project],
  );
  useEffect(() => lines.open(), [lines]);
  return (
    <main className="page-main scroll" tabIndex={-1}>
      <div className="list-top audit-filter" role="search" aria-label="Which changes">
        <Search label="By whom" value={by ?? ""} onChange={(text) => setBy(text || null)} />
        <Search label="Of what or whom" value={subject ?? ""} onChange={(text) => setSubject(text || null)} />
        <Search label="Action" value={action ?? ""} onChange={(text) => setAction(text || null)} />
        <Select label="Project" value={project ?? ""} onChange={(slug) => setProject(slug || null)}>
          <option value="">All projects</option>
          {me.projects.map(({ slug, name }) => (
            <option key={slug} value={slug}>
              {name}
            </option>
          ))}
        </Select>
      </div>
      <AuditTable lines={lines} />
    </main>
  );
}

function AuditTable({ lines }: { lines: Lines }) {
  const { rows, more } = useStore(lines.known);
  const { done, error } = useStore(lines.loading);
  const again = { word: "Try again", run: () => void lines.load() };
  if (!done) return error === null ? <Notice busy>Fetching…</Notice> : <Notice action={again}>{error}</Notice>;
  if (rows.length === 0) return <p className="dim empty">Nothing like that was changed. Names and actions are looked for as they are written.</p>;
  return (
    <>
      <table className="rows audit" data-testid="audit">
        <caption className="hidden">Changes, newest first</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col" className="not-narrow">
              Who
            </th>
            <th scope="col">What</th>
            <th scope="col" className="wide">
              Project
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((line) => (
            <AuditRow key={line.id} line={line} />
          ))}
        </tbody>
      </table>
      {error !== null && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      {more && (
        <button type="button" className="button show-more" onClick={() => void lines.loadMore()}>
          Show older
        </button>
      )}
    </>
  );
}

function AuditRow({ line: { at, by, door, action, subject, project, detail } }: { line: AuditLine }) {
  return (
    <tr data-testid="audit-line" data-action={action}>
      <td>
        <time dateTime={new Date(instant(at)).toISOString()} title={absolute(instant(at))}>
          {clock(instant(at), now())}
        </time>
      </td>
      <td className="not-narrow">
        <b>{by}</b> <span className="dim">{door}</span>
      </td>
      <td>
        <span className="narrow-only">
          <b>{by}</b>{" "}
        </span>
        <code>{action}</code> <b>{subject}</b> <span className="dim">{detailWords(detail, now())}</span>
      </td>
      <td className="wide">{project}</td>
    </tr>
  );
}
