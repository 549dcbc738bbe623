import { useState, type FormEvent } from "react";
import { now } from "../../live/clock";
import { doubtOf, lastHours, presetOf, PRESETS, toLocal, type Span } from "../../movers/span";

interface Props {
  span: Span;
  onChoose: (span: Span) => void;
}

/** The last hours, or one's own from and to. */
export function HistorySpan({ span, onChoose }: Props) {
  const preset = presetOf(span);
  const [own, setOwn] = useState(preset === null);
  const [doubt, setDoubt] = useState<string | null>(null);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const written = new FormData(event.currentTarget);
    const asked = { from: Date.parse(String(written.get("from"))), to: Date.parse(String(written.get("to"))) };
    setDoubt(doubtOf(asked));
    if (doubtOf(asked) === null) onChoose(asked);
  }

  return (
    <>
      <div className="chips" role="group" aria-label="How far back">
        {PRESETS.map(({ hours, word }) => (
          <button
            key={hours}
            type="button"
            className="chip"
            aria-pressed={!own && hours === preset}
            onClick={() => {
              setOwn(false);
              onChoose(lastHours(hours, now()));
            }}
          >
            {word}
          </button>
        ))}
        <button type="button" className="chip" aria-pressed={own} aria-expanded={own} onClick={() => setOwn(!own)}>
          From – to
        </button>
      </div>
      {own && (
        <form className="own-span" key={`${span.from} ${span.to}`} onSubmit={submit}>
          <label>
            From <input type="datetime-local" name="from" required defaultValue={toLocal(span.from)} />
          </label>
          <label>
            to <input type="datetime-local" name="to" required defaultValue={toLocal(span.to)} />
          </label>
          <button type="submit" className="button">
            Show
          </button>
          {doubt && (
            <span className="error" role="alert">
              {doubt}
            </span>
          )}
        </form>
      )}
    </>
  );
}
