import type { FormEvent, ReactNode } from "react";
import { Refusal } from "./Refusal";
import type { Submit } from "./useSubmit";

interface Props {
  submit: Submit;
  word: string; // of the button
  busyWord: string;
  onSubmit: (form: FormData) => Promise<unknown>;
  onDone?: (form: HTMLFormElement) => void;
  onCancel?: () => void;
  disabled?: boolean;
  label?: string;
  children: ReactNode;
}

/** Fields, what was refused of them all, and the button that Enter presses. */
export function Form({ submit, word, busyWord, onSubmit, onDone, onCancel, disabled = false, label, children }: Props) {
  async function run(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    if (await submit.run(() => onSubmit(new FormData(form)))) onDone?.(form);
  }

  return (
    <form className="form" aria-label={label} onSubmit={(event) => void run(event)}>
      {children}
      <Refusal blame={submit.blame} />
      <div className="form-buttons">
        {onCancel && (
          <button type="button" className="button" onClick={onCancel}>
            Cancel
          </button>
        )}
        <button className="button primary" disabled={disabled || submit.busy}>
          {submit.busy ? busyWord : word}
        </button>
      </div>
    </form>
  );
}
