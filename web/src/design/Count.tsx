/** How many of something wait to be seen; nothing when none do. */
export function Count({ of, what }: { of: number; what: string }) {
  if (of === 0) return null;
  return (
    <span className="count">
      {of > 99 ? "99+" : of}
      <span className="hidden"> {what}</span>
    </span>
  );
}
