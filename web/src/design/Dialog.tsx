import { useEffect, useRef, type ReactNode } from "react";
import { Icon } from "./Icon";

interface Props {
  title: string;
  onClose: () => void;
  /** Neither Escape nor a press beside it closes it: what is shown can't be had again. */
  firm?: boolean;
  children: ReactNode;
}

/**
 * Something that has to be done with before one goes on; the browser keeps the focus in it, Escape closes it. The focus
 * begins on what says `data-first`.
 */
export function Dialog({ title, onClose, firm = false, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>("[data-first]")?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-label={title}
      onClose={onClose}
      onCancel={(event) => firm && event.preventDefault()}
      onKeyDown={(event) => firm && event.key === "Escape" && event.preventDefault()} // a second one can't be cancelled
      onClick={(event) => !firm && event.target === dialog.current && onClose()}
    >
      <header>
        <h2>{title}</h2>
        {!firm && (
          <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" size={16} />
          </button>
        )}
      </header>
      {children}
    </dialog>
  );
}
