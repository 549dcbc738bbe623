import type { Project } from "../contract/types";
import { Ago } from "../design/Ago";
import { Icon } from "../design/Icon";
import { useStore } from "../live/store";
import { useLive } from "../live/useRealtime";
import type { Known } from "./known";
import type { Scanned } from "./scans";
import { useCrew } from "./useCrew";
import { detailOf, VERDICTS } from "./verdicts";

/** What was scanned here and what became of it, newest first. */
export function ScanResults({ project, known }: { project: Project; known: Known }) {
  const { log } = useCrew();
  const all = useStore(log.list);
  const latest = useStore(log.latest);
  const live = useStore(useLive().realtime.connection).phase === "live";
  const list = all.filter((scan) => scan.project === project.slug);
  const wordsOf = (scan: Scanned) => {
    const vehicle = known.vehicles.find(({ slug }) => slug === scan.vehicle)?.name ?? scan.vehicle ?? "";
    return { name: known.items.get(scan.tag)?.name ?? null, detail: detailOf(scan, project.name, vehicle, live) };
  };
  return (
    <section className="scan-results" aria-label="Scanned">
      <p className="hidden" role="status" data-testid="said">
        {latest?.project === project.slug && spoken(latest, wordsOf(latest))}
      </p>
      {list.length === 0 ? (
        <p className="hint">Nothing scanned yet. Without signal it is kept here and sent later.</p>
      ) : (
        <h2>
          Scanned · {list.length}
          <button type="button" className="link" onClick={() => log.clear(project.slug)}>
            Clear
          </button>
        </h2>
      )}
      <ol>
        {list.map((scan) => (
          <Row key={scan.id} scan={scan} {...wordsOf(scan)} />
        ))}
      </ol>
    </section>
  );
}

interface Words {
  name: string | null; // of the item, if known
  detail: string;
}

function Row({ scan: { tag, at, verdict }, name, detail }: Words & { scan: Scanned }) {
  const { word, icon } = VERDICTS[verdict];
  return (
    <li className="scan" data-testid={`scan-${tag}`} data-verdict={verdict}>
      <span className="shape">
        <Icon name={icon} size={20} />
      </span>
      <span className="what">
        <b>
          {name ?? tag} {name && <code>{tag}</code>}
        </b>
        <span className="dim">{detail}</span>
      </span>
      <span className="end">
        <b className="verdict">{word}</b>
        <span className="dim">
          <Ago at={at} />
        </span>
      </span>
    </li>
  );
}

function spoken({ verdict, tag }: Scanned, { name, detail }: Words): string {
  return `${VERDICTS[verdict].word}: ${name ?? tag}. ${detail}.`;
}
