export type Shortcuts = readonly (readonly [keys: readonly string[], does: string])[];

/** Keys, those pressed together side by side, and what they do. */
export function KeyList({ keys }: { keys: Shortcuts }) {
  return (
    <dl className="key-list">
      {keys.map(([together, does]) => (
        <div key={does}>
          <dt>
            {together.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}
