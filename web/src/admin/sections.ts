/** The parts of administration, and whose they are. */

import { mayAdminister } from "../app/rights";
import type { Me } from "../contract/types";

const ALL = [
  { id: "devices", word: "Devices", admins: false },
  { id: "people", word: "People", admins: false },
  { id: "projects", word: "Projects", admins: true },
  { id: "shifts", word: "Shifts", admins: false },
  { id: "audit", word: "Audit", admins: true },
] as const;

export type Section = (typeof ALL)[number];

/** None for who may administer nothing. */
export function sectionsOf(me: Me): readonly Section[] {
  return mayAdminister(me) ? ALL.filter(({ admins }) => me.admin || !admins) : [];
}
