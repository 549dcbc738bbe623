import { hue, initials } from "./initials";

/** A person's initials on a colour of their own. The name stands beside it, so readers skip it. */
export function Avatar({ slug, name }: { slug: string; name: string }) {
  return (
    <span className="avatar" style={{ "--hue": hue(slug) } as React.CSSProperties} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
