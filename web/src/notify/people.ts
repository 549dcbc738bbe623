/** Who of a project's people is here. */

import type { Role, Source } from "../contract/types";
import type { Fix } from "../movers/positions";
import type { Presences } from "../movers/presence";

export interface PersonNow {
  readonly slug: string;
  readonly name: string;
  readonly role: Role | null;
  readonly online: boolean;
  readonly seenAt: number | null; // ms since 1970: when they or their phone were heard last
  readonly battery: number | null; // of their phone, 0-100 %
  readonly source: string | null; // who of them is on the map: themselves or their phone
}

const GONE_MS = 150_000; // who is here is said again every minute

/** Those online first, then by when they were seen, then by name. */
export function peopleOf(
  sources: readonly Source[],
  presences: Presences,
  fixes: ReadonlyMap<string, Fix>,
  now: number,
): PersonNow[] {
  const phones = new Map<string, string[]>();
  for (const { slug, owner } of sources) if (owner) phones.set(owner, [...(phones.get(owner) ?? []), slug]);
  const people = sources.filter(({ kind }) => kind === "person").map(({ slug, name, role = null }): PersonNow => {
    const presence = presences[slug];
    const online = presence?.online === true && (presence.at === null || now - presence.at < GONE_MS);
    const own = [slug, ...(phones.get(slug) ?? [])].filter((each) => fixes.has(each));
    const source = own.sort((a, b) => (fixes.get(b)?.at ?? 0) - (fixes.get(a)?.at ?? 0))[0] ?? null;
    const fix = source === null ? undefined : fixes.get(source);
    const seenAt = Math.max(presence?.at ?? 0, fix?.at ?? 0) || null;
    return { slug, name, role, online, seenAt, battery: fix?.battery ?? null, source };
  });
  return people.sort(
    (a, b) =>
      Number(b.online) - Number(a.online) ||
      (a.online ? 0 : (b.seenAt ?? 0) - (a.seenAt ?? 0)) ||
      byName.compare(a.name, b.name),
  );
}

const byName = new Intl.Collator("en", { numeric: true });
