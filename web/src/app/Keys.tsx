import { Dialog } from "../design/Dialog";
import { KeyList, type Shortcuts } from "../design/KeyList";

const KEYS: Shortcuts = [
  [["/"], "Find a vehicle, a person or a case"],
  [["f"], "Follow what is selected"],
  [["Esc"], "Close what is open"],
  [["?"], "Show these keys"],
  [["Enter"], "Send a message"],
  [["Shift", "Enter"], "Begin a new line in a message"],
  [["←", "→"], "From tab to tab"],
  [["@"], "Mention somebody in a message"],
  [["+", "−"], "Zoom, when the map has the focus"],
];

/** What the keyboard does. */
export function Keys({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <KeyList keys={KEYS} />
    </Dialog>
  );
}
