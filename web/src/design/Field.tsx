import { useId, type ReactElement, type ReactNode, cloneElement } from "react";
import type { Blame } from "./blame";

interface Props {
  label: string;
  name: string;
  hint?: ReactNode;
  blame?: Blame | null | undefined;
  children: ReactElement<Control>;
}

interface Control {
  id?: string;
  name?: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: boolean | undefined;
}

/** A field with its label above and below it what is expected, or what the server refused. */
export function Field({ label, name, hint, blame, children }: Props) {
  const id = useId();
  const wrong = blame?.field === name ? blame.text : null;
  const told = wrong !== null || hint ? `${id}-told` : undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {cloneElement(children, { id, name, "aria-describedby": told, "aria-invalid": wrong !== null || undefined })}
      {wrong !== null ? (
        <p id={told} className="error" role="alert">
          {wrong}
        </p>
      ) : (
        hint && (
          <p id={told} className="dim">
            {hint}
          </p>
        )
      )}
    </div>
  );
}
