/** A hand scanner on the whole page: what it types reaches no field and no key of ours. */

import { APART_MS, ENDS, isScanning, NO_BURST, strike } from "./strokes";

type Field = HTMLInputElement | HTMLTextAreaElement;

interface Before {
  readonly value: string;
  readonly selection: readonly [number, number] | null;
}

/** Tells of each code that is scanned; ends with the function that it returns. */
export function listenForScans(tell: (code: string) => void): () => void {
  let burst = NO_BURST;
  let fields = new Map<Field, Before>();
  let focused: Element | null = null;

  function press(event: KeyboardEvent): void {
    const struck = strike(burst, { key: event.key, at: event.timeStamp, odd: isOdd(event) });
    if (struck.burst.text.length === 1) {
      fields = new Map();
      focused = document.activeElement;
    }
    burst = struck.burst;
    if (isField(event.target)) remember(fields, event.target);
    else if (isScanning(burst)) event.stopPropagation();
    if (struck.code === null) return;
    event.preventDefault();
    event.stopPropagation();
    for (const [field, before] of fields) restore(field, before);
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
    tell(struck.code);
  }

  addEventListener("keydown", press, { capture: true });
  return () => removeEventListener("keydown", press, { capture: true });
}

/** A key that means something by itself may be the first that a scanner types: it acts when no other follows at once. */
export function unlessScanned(act: () => void): void {
  const next = ({ key }: KeyboardEvent) => end(key.length > 1 && !ENDS.has(key));
  const timer = setTimeout(() => end(true), APART_MS);
  const end = (alone: boolean) => {
    clearTimeout(timer);
    removeEventListener("keydown", next, { capture: true });
    if (alone) act();
  };
  addEventListener("keydown", next, { capture: true });
}

function isOdd({ repeat, isComposing, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
  return repeat || isComposing || ctrlKey || altKey || metaKey;
}

export function isField(target: EventTarget | null): target is Field {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !NOT_TYPED.has(target.type));
}

const NOT_TYPED = new Set(["button", "checkbox", "radio", "submit", "reset", "file", "range", "color"]);

function remember(fields: Map<Field, Before>, field: Field): void {
  if (fields.has(field)) return;
  const { value, selectionStart: start, selectionEnd: end } = field;
  fields.set(field, { value, selection: start === null || end === null ? null : [start, end] });
}

/** As if a person had corrected it, so that whoever listens to the field hears of it. */
function restore(field: Field, { value, selection }: Before): void {
  if (field.value === value) return;
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value")?.set?.call(field, value); // React overrides the field's own
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (selection) field.setSelectionRange(...selection);
}
