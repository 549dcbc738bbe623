import { useRealtime } from "../live/useRealtime";

/** How it goes with what one has asked and nobody has confirmed. */
export function Pending() {
  const { live } = useRealtime();
  return <span className="pending">{live ? "changing…" : "waiting for the line"}</span>;
}
