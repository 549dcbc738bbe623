import type { Blame } from "./blame";

/** What was refused and is about no field. */
export function Refusal({ blame }: { blame: Blame | null }) {
  if (!blame || blame.field !== null) return null;
  return (
    <p className="error" role="alert">
      {blame.text}
    </p>
  );
}
