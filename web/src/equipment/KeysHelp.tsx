import { Dialog } from "../design/Dialog";
import { KeyList, type Shortcuts } from "../design/KeyList";

const KEYS: Shortcuts = [
  [["Alt", "/"], "search, from anywhere"],
  [["/"], "search, from the list"],
  [["↓"], "from the search into the list"],
  [["↑", "↓"], "the item before, the next"],
  [["Home", "End"], "the first, the last"],
  [["1"], "available"],
  [["2"], "in use"],
  [["3"], "maintenance"],
  [["4"], "damaged"],
  [["Space"], "select it, or not"],
  [["Shift", "↓"], "select from here on"],
  [["Ctrl", "A"], "select all that were found"],
  [["Enter"], "open it"],
  [["Esc"], "go back"],
];

/** All keys of the equipment pane. */
export function KeysHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <KeyList keys={KEYS} />
      <p className="hint">A hand scanner that types needs no field: scan, and the case opens.</p>
    </Dialog>
  );
}
