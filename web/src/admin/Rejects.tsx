import type { DeviceCard } from "../contract/types";
import { Ago } from "../design/Ago";
import { instant } from "../design/times";

/** The newest of what a device sent and couldn't be used, and why. */
export function Rejects({ device: { rejects, newest_rejects } }: { device: DeviceCard }) {
  return (
    <section className="card" aria-labelledby="rejects-title">
      <header>
        <h2 id="rejects-title">Could not be used</h2>
        <span className={rejects > 0 ? "warn" : "dim"}>{rejects.toLocaleString("en")} in 24 h</span>
      </header>
      {newest_rejects.length === 0 ? (
        <p className="dim empty">Nothing: all it sent was good.</p>
      ) : (
        <ul>
          {newest_rejects.map(({ id, reason, topic, times, last_at }) => (
            <li key={id} className="entry-row" data-testid="reject">
              <span className="who">
                <span>{reason}</span>
                <span className="dim">
                  <code>{topic}</code> · {times > 1 && `${times.toLocaleString("en")} times, last `}
                  <Ago at={instant(last_at)} />
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
