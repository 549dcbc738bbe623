import { useEffect, useState } from "react";
import { goTo, pathOf } from "../app/router";
import { Icon } from "../design/Icon";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useHandScanner } from "../scanner/useHandScanner";
import { openItem } from "./open";
import { codeOf } from "./search";

const SHOWN_MS = 4000;

interface Scanned {
  readonly tag: string;
}

/** A hand scanner that types is heard on every pane: it opens the case, or says that there is none. */
export function HandScanner() {
  const { stock } = useFeed();
  const { byCode } = useStore(stock.items);
  const { done } = useStore(stock.loading);
  const [scanned, setScanned] = useState<Scanned | null>(null); // a new one each time, also of the same tag
  useHandScanner((tag) => setScanned({ tag }));
  const code = scanned && codeOf(stock.index(), scanned.tag);
  useEffect(() => {
    if (code === null) return;
    openItem(code);
    const timer = setTimeout(() => setScanned(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [scanned, code]);

  return (
    <div className="hand-scanner" role="status" data-testid="hand-scanner">
      {scanned && code !== null && (
        <p data-found>
          <Icon name="check" /> <b>{byCode.get(code)?.name}</b> <code>{scanned.tag}</code>
        </p>
      )}
      {scanned && code === null && done && <Unknown tag={scanned.tag} onClose={() => setScanned(null)} />}
      {scanned && code === null && !done && (
        <p>
          <span className="spinner" aria-hidden="true" /> Scanned <code>{scanned.tag}</code>, counting the cases…
        </p>
      )}
    </div>
  );
}

function Unknown({ tag, onClose }: { tag: string; onClose: () => void }) {
  const { project, stock } = useFeed();
  function search() {
    stock.search.set(tag);
    goTo(pathOf("projects", project, "equipment"));
    onClose();
  }
  return (
    <p>
      <Icon name="warning" /> No case has the tag <code>{tag}</code>
      <button type="button" className="link" onClick={search}>
        Search for it
      </button>
      <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
        <Icon name="close" size={16} />
      </button>
    </p>
  );
}
