import type { ReactNode } from "react";
import { Dialog } from "./Dialog";
import { Refusal } from "./Refusal";
import { useSubmit } from "./useSubmit";

interface Props {
  title: string;
  word: string; // what is done
  busyWord: string;
  run: () => Promise<unknown>;
  onClose: () => void;
  children: ReactNode; // what happens then
}

/** Asks once before something that can't simply be taken back. */
export function Confirm({ title, word, busyWord, run, onClose, children }: Props) {
  const submit = useSubmit();
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="form">
        <p>{children}</p>
        <Refusal blame={submit.blame} />
        <div className="form-buttons">
          <button type="button" className="button" data-first onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            className="button danger"
            disabled={submit.busy}
            onClick={() => void submit.run(run).then((done) => done && onClose())}
          >
            {submit.busy ? busyWord : word}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
