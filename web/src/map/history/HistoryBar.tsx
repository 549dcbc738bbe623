import { useQuery } from "../../app/router";
import { Icon } from "../../design/Icon";
import { useFeed } from "../../live/useFeed";
import { useRealtime } from "../../live/useRealtime";
import type { Mover } from "../../movers/movers";
import { lookBack } from "../../movers/selection";
import { HistoryPanel } from "./HistoryPanel";
import type { LiveMap } from "../liveMap";

interface Props {
  map: LiveMap | null;
  movers: readonly Mover[];
  selected: Mover | undefined;
}

/** Along the bottom of the map: whether it shows now, or a moment in the past. */
export function HistoryBar({ map, movers, selected }: Props) {
  const [source] = useQuery("history");
  const { live } = useRealtime();
  const { fixes } = useFeed().fleet.positions;
  const heard = movers.filter(({ slug }) => fixes.has(slug));
  const candidate = selected ?? heard.find(({ group }) => group === "vehicle") ?? heard[0];
  if (source) return <HistoryPanel map={map} source={source} movers={movers} selected={selected} />;
  return (
    <div className="live-bar">
      <span className="live-badge" data-live={live}>
        {live ? "LIVE" : "NOT LIVE"}
      </span>
      {candidate && (
        <button type="button" onClick={() => lookBack(candidate.slug, fixes.get(candidate.slug)?.at)}>
          <Icon name="clock" size={16} /> Look back
        </button>
      )}
    </div>
  );
}
