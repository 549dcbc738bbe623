import { useRef, useState, type ReactNode } from "react";

interface Props {
  id: string;
  label: string;
  className?: string;
  children: (close: () => void) => ReactNode;
}

/** Opens over the page from a button with `popoverTarget={id}`; Escape or a press elsewhere closes it, and the focus goes back. */
export function Popover({ id, label, className = "", children }: Props) {
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <div
      id={id}
      ref={panel}
      popover="auto"
      role="dialog"
      aria-label={label}
      className={`popover ${className}`}
      onBeforeToggle={({ newState }) => setOpen(newState === "open")}
    >
      {open && children(() => panel.current?.hidePopover())}
    </div>
  );
}
