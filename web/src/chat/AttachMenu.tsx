import { useRef, useState } from "react";
import type { Pin } from "../contract/types";
import { Icon } from "../design/Icon";
import { usePinNames } from "./PinChip";
import { pinIcon, pinsOffered, pinWords } from "./pins";
import { useMenuKeys } from "./useMenuKeys";

/** Pins what is selected right now to the message. */
export function AttachMenu({ onAttach }: { onAttach: (pin: Pin) => void }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <div className="attach">
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-label="Pin a place, a vehicle or a case"
        title="Pin a place, a vehicle or a case"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="plus" />
      </button>
      {open && (
        <Offers
          onAttach={onAttach}
          onClose={(back) => {
            setOpen(false);
            if (back) button.current?.focus();
          }}
        />
      )}
    </div>
  );
}

function Offers({ onAttach, onClose }: { onAttach: (pin: Pin) => void; onClose: (back: boolean) => void }) {
  const menu = useRef<HTMLDivElement>(null);
  const names = usePinNames();
  const keys = useMenuKeys(menu, onClose);
  const pins = pinsOffered(new URLSearchParams(location.search)); // as it is when the menu opens
  return (
    <div className="line-menu" data-above role="menu" aria-label="Pin to the message" ref={menu} {...keys}>
      {pins.map((pin) => (
        <button
          key={pinWords(pin, names)}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            onClose(false);
            onAttach(pin);
          }}
        >
          <Icon name={pinIcon(pin)} size={16} /> {pinWords(pin, names)}
        </button>
      ))}
      {pins.length === 0 && (
        <button type="button" role="menuitem" tabIndex={-1} aria-disabled="true" onClick={() => onClose(true)}>
          Select a vehicle, a case or a place first
        </button>
      )}
    </div>
  );
}
