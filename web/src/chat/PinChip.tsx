import { useMemo } from "react";
import type { Pin } from "../contract/types";
import { Icon } from "../design/Icon";
import { useStore } from "../live/store";
import { useFeed } from "../live/useFeed";
import { useNames } from "../movers/useMovers";
import { pinIcon, pinWords, type PinNames } from "./pins";

/** Something that a message points at; it opens where it is shown. */
export function PinChip({ pin, onOpen }: { pin: Pin; onOpen: (pin: Pin) => void }) {
  const words = pinWords(pin, usePinNames());
  return (
    <button type="button" className="pin" data-testid="chat-pin" onClick={() => onOpen(pin)}>
      <Icon name={pinIcon(pin)} size={15} />
      {words}
      <span className="hidden">, {pin.item ? "show among the equipment" : "show on the map"}</span>
    </button>
  );
}

/** How sources and items are called here. */
export function usePinNames(): PinNames {
  const { fleet, stock } = useFeed();
  const source = useNames(fleet);
  const { byCode } = useStore(stock.items);
  return useMemo(() => ({ source, item: (code) => byCode.get(code)?.name ?? code }), [source, byCode]);
}
