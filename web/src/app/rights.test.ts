import { expect, test } from "vitest";
import type { Me, Role } from "../contract/types";
import { managed, mayAdminister } from "./rights";

const me = (admin: boolean, ...roles: Role[]): Me => ({
  slug: "dana",
  name: "Dana",
  admin,
  projects: roles.map((role, place) => ({ slug: `p${place}`, name: `P${place}`, role })),
});

test.each<[string, Me, boolean, string[]]>([
  ["an admin of no project yet", me(true), true, []],
  ["an admin", me(true, "admin"), true, ["p0"]],
  ["a dispatcher somewhere", me(false, "crew", "dispatcher"), true, ["p1"]],
  ["crew and viewers", me(false, "crew", "viewer"), false, []],
])("%s", (_, who, may, projects) => {
  expect(mayAdminister(who)).toBe(may);
  expect(managed(who).map(({ slug }) => slug)).toEqual(projects);
});
