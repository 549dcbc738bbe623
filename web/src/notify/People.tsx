import { showOnMap } from "../app/router";
import { Avatar } from "../design/Avatar";
import { Popover } from "../design/Popover";
import { absolute, clock } from "../design/times";
import { useNow } from "../design/useNow";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { peopleOf, type PersonNow } from "./people";

export const PEOPLE = "people";
const FACES = 4;

/** The others who have the project open, and everyone behind them. */
export function People() {
  const { me } = useFeed();
  const people = usePeople();
  const others = people.filter(({ slug, online }) => online && slug !== me);
  return (
    <>
      <button
        type="button"
        className="people-online"
        popoverTarget={PEOPLE}
        data-testid="people-online"
        data-online={others.map(({ slug }) => slug).join(" ")}
        title="People"
      >
        <span className="hidden">People, {others.length} others online</span>
        {others.length === 0 && <span aria-hidden="true">Only you</span>}
        {others.slice(0, FACES).map(({ slug, name }) => (
          <Avatar key={slug} slug={slug} name={name} />
        ))}
        {others.length > FACES && <span aria-hidden="true">+{others.length - FACES}</span>}
      </button>
      <Popover id={PEOPLE} label="People" className="people">
        {(close) => <PeoplePanel people={people} me={me} onClose={close} />}
      </Popover>
    </>
  );
}

function usePeople(): PersonNow[] {
  const { fleet } = useFeed();
  const sources = useStore(fleet.sources);
  const presences = useStore(fleet.presences);
  useStore(fleet.positions.list);
  return peopleOf(sources, presences, fleet.positions.fixes, useNow());
}

function PeoplePanel({ people, me, onClose }: { people: readonly PersonNow[]; me: string; onClose: () => void }) {
  const online = people.filter((person) => person.online).length;
  return (
    <>
      <div className="head">
        <h2>
          People · {online} of {people.length} online
        </h2>
      </div>
      <ul className="scroll">
        {people.map((person) => (
          <PersonRow key={person.slug} person={person} isMe={person.slug === me} onShow={onClose} />
        ))}
      </ul>
    </>
  );
}

function PersonRow({ person, isMe, onShow }: { person: PersonNow; isMe: boolean; onShow: () => void }) {
  const { slug, name, role, online, battery, source } = person;
  return (
    <li>
      <button
        type="button"
        className="person"
        data-testid={`person-${slug}`}
        data-online={online}
        disabled={source === null}
        title={source === null ? "Not on the map" : "Show on the map"}
        onClick={() => {
          onShow();
          showOnMap({ source });
        }}
      >
        <Avatar slug={slug} name={name} />
        <span className="who">
          <b>{isMe ? `${name} (you)` : name}</b>
          <span className="dim">{[role, battery === null ? "" : `${Math.round(battery)} %`].filter(Boolean).join(" · ")}</span>
        </span>
        <Seen person={person} />
      </button>
    </li>
  );
}

function Seen({ person: { online, seenAt } }: { person: PersonNow }) {
  const now = useNow();
  if (online) return <span className="online">online</span>;
  if (seenAt === null) return <span className="dim">never seen</span>;
  return (
    <time className="dim" dateTime={new Date(seenAt).toISOString()} title={absolute(seenAt)}>
      last seen {clock(seenAt, now)}
    </time>
  );
}
