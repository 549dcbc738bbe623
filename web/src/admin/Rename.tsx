import { useState } from "react";
import { Icon } from "../design/Icon";
import { useSubmit } from "../design/useSubmit";

interface Props {
  name: string;
  rename: (name: string) => Promise<unknown>;
  may?: boolean;
}

/** A name that can be written over: Enter keeps it, Escape doesn't. */
export function Rename({ name, rename, may = true }: Props) {
  const [writing, setWriting] = useState(false);
  const submit = useSubmit("name");
  const close = () => {
    setWriting(false);
    submit.clear();
  };

  if (!writing) {
    return (
      <h2 className="rename">
        {name}
        {may && (
          <button type="button" className="icon-button" aria-label={`Rename ${name}`} onClick={() => setWriting(true)}>
            <Icon name="edit" size={16} />
          </button>
        )}
      </h2>
    );
  }
  return (
    <form
      className="rename"
      onKeyDown={({ key }) => key === "Escape" && close()}
      onSubmit={(event) => {
        event.preventDefault();
        const next = String(new FormData(event.currentTarget).get("name")).trim();
        void submit.run(() => rename(next)).then((done) => done && close());
      }}
    >
      <input name="name" aria-label="Name" defaultValue={name} maxLength={200} required autoFocus onFocus={({ target }) => target.select()} />
      <button className="button small" disabled={submit.busy}>
        Rename
      </button>
      {submit.blame && (
        <p className="error" role="alert">
          {submit.blame.text}
        </p>
      )}
    </form>
  );
}
