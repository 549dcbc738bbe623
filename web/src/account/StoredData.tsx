import type { Me, StoredCount } from "../contract/types";
import { List } from "../design/List";
import { clock, instant } from "../design/times";
import { now } from "../live/clock";
import { useFetched } from "../live/fetched";
import * as api from "./api";
import { keepsPeople, KIND_WORDS } from "./words";

/** What is known here of oneself, to look at and to take along; and when one's position is anybody's business. */
export function StoredData({ me }: { me: Me }) {
  const counts = useFetched("data", api.stored);
  return (
    <section className="card" aria-labelledby="data-title">
      <header>
        <h2 id="data-title">What is stored of you</h2>
        <a className="button small" href={api.EXPORT} download={`rentguy-${me.slug}.json`}>
          Download all of it
        </a>
      </header>
      <List of={counts} empty="Nothing is stored of you.">
        {(count) => <CountRow key={count.kind} {...count} />}
      </List>
      <p>
        Your position, and that of a phone of yours, is accepted only while a shift of yours runs. Outside it, it is thrown
        away unread.
      </p>
      <Keeping me={me} />
    </section>
  );
}

function CountRow({ kind, count, first, last }: StoredCount) {
  return (
    <li className="entry-row" data-testid={`stored-${kind}`}>
      <span className="who">
        <b>{KIND_WORDS[kind]}</b>
        {first !== null && last !== null && (
          <span className="dim">
            from {clock(instant(first), now())} to {clock(instant(last), now())}
          </span>
        )}
      </span>
      <b>{count.toLocaleString("en")}</b>
    </li>
  );
}

function Keeping({ me: { projects } }: { me: Me }) {
  const slugs = projects.map(({ slug }) => slug);
  const settings = useFetched(slugs.join(), () => Promise.all(slugs.map(api.settings)));
  if (slugs.length === 0) return <p className="dim">You are on no project.</p>;
  return <List of={settings}>{(project) => <li key={project.slug}>{keepsPeople(project)}</li>}</List>;
}
