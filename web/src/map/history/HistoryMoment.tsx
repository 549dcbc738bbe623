import { absolute, clock } from "../../design/times";
import { compass, kmh } from "../../design/units";
import { now } from "../../live/clock";
import type { Moment } from "./track";

/** When, how fast and where. */
export function MomentWords({ moment }: { moment: Moment }) {
  const { at, place, silence } = moment;
  return (
    <p className="moment" data-testid="moment" data-silent={silence !== null || undefined}>
      <time dateTime={new Date(at).toISOString()} title={absolute(at)}>
        {seconds(at)}
      </time>
      <span className={silence ? "warn" : "doing-then"}>{doing(moment)}</span>
      {place && (
        <span className="dim">
          {silence ? "last at " : ""}
          {place.lat.toFixed(5)}, {place.lon.toFixed(5)}
        </span>
      )}
    </p>
  );
}

export function momentText(moment: Moment): string {
  return `${seconds(moment.at)}, ${doing(moment)}`;
}

function doing({ speed, heading, silence }: Moment): string {
  if (silence) return silenceWords(silence);
  if (speed === null) return "speed unknown";
  return heading === null || speed < 0.5 ? kmh(speed) : `${kmh(speed)} ${compass(heading)}`;
}

function silenceWords({ from, to }: NonNullable<Moment["silence"]>): string {
  if (from === null) return to === null ? "nothing heard" : `nothing heard before ${clock(to, now())}`;
  if (to === null) return `nothing heard since ${clock(from, now())}`;
  return `nothing heard from ${clock(from, now())} to ${clock(to, now())}`;
}

/** The clock on the wall to the second, with the day when it isn't today. */
function seconds(at: number): string {
  const second = String(new Date(at).getSeconds()).padStart(2, "0");
  return `${clock(at, now())}:${second}`;
}
