/**
 * The one grammar of topics, `rentguy/{project}/{kind}/{source}`: the twin of `rentguy/topics.py`.
 * Both are tested by `tests/cases/topics.json`.
 */

import { KINDS, type Kind } from "./types";

export const ROOT = "rentguy";
export const NO_PROJECT = "-";
/** A topic taken apart. `source` is whom or what it is about: a source's slug, an item's code, an alert's id. */
export interface Topic {
  project: string;
  kind: Kind;
  source: string;
}

export class TopicError extends Error {}

const SERVICES = ["_ingest", "_api", "_gateway"];
const SLUG = /^[a-z0-9][a-z0-9._-]{0,62}$/;

export function isSlug(text: string): boolean {
  return SLUG.test(text);
}

/** What a person typed as a slug, folded to lower case. Throws TopicError naming the text. */
export function slug(text: string): string {
  const folded = text.trim().toLowerCase();
  if (!isSlug(folded)) {
    throw new TopicError(`${quoted(text)} is no slug: [a-z0-9] first, then [a-z0-9._-], 63 characters at most`);
  }
  return folded;
}

/** The topic's text. Throws TopicError for a part outside the grammar. */
export function buildTopic(project: string, kind: string, source: string): string {
  const topic = `${ROOT}/${project}/${kind}/${source}`;
  parseTopic(topic);
  return topic;
}

/** A topic's parts. Throws TopicError that names the part which is wrong. */
export function parseTopic(text: string): Topic {
  const levels = text.split("/");
  const [root, project = "", kind = "", source = ""] = levels;
  if (levels.length !== 4 || root !== ROOT) {
    throw new TopicError(`${quoted(text)} is not ${ROOT}/{project}/{kind}/{source}`);
  }
  if (project !== NO_PROJECT && !isSlug(project)) {
    throw new TopicError(`project: ${quoted(project)} is neither a slug nor "${NO_PROJECT}"`);
  }
  if (!isKind(kind)) {
    throw new TopicError(`kind: ${quoted(kind)} is none of ${KINDS.join(", ")}`);
  }
  if (!isSlug(source) && !SERVICES.includes(source)) {
    throw new TopicError(`source: ${quoted(source)} is no slug`);
  }
  return { project, kind, source };
}

/** Whether MQTT 3.1.1 allows it as a topic filter (4.7.1): `#` last and alone, `+` alone in its level. */
export function isFilter(text: string): boolean {
  if (text === "" || text.includes("\0")) return false;
  const levels = text.split("/");
  return levels.every(
    (level, place) => !/[+#]/.test(level) || level === "+" || (level === "#" && place === levels.length - 1),
  );
}

/** Whether a subscription to `filter` receives what is published to `topic`. */
export function matches(filter: string, topic: string): boolean {
  return !/[+#]/.test(topic) && contains(filter, topic);
}

/** Whether every topic that `inner` (a filter or a topic) receives is received by `outer` too. */
export function contains(outer: string, inner: string): boolean {
  if (inner.startsWith("$") && /^[+#]/.test(outer)) return false; // 4.7.2: first wildcards don't reach $SYS
  const ours = outer.split("/");
  const theirs = (inner === "#" ? "+/#" : inner).split("/"); // a topic has a level at least: the two are equal
  for (const [place, level] of ours.entries()) {
    if (level === "#") return true;
    const other = theirs[place];
    if (other === undefined || other === "#" || (level !== "+" && level !== other)) return false;
  }
  return theirs.length === ours.length;
}

function isKind(text: string): text is Kind {
  return (KINDS as readonly string[]).includes(text);
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
