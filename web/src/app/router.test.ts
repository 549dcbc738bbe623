import { expect, test } from "vitest";
import { pathOf, routeOf } from "./router";

test.each([
  ["/projects/lowlands", "projects", "lowlands", null],
  ["/projects/lowlands/map", "projects", "lowlands", "map"],
  ["/projects/lowlands/chat/", "projects", "lowlands", "chat"],
  ["/", "projects", null, null],
  ["/projects/No", "projects", null, null],
  ["/crew", "crew", null, null],
  ["/crew/lowlands/scan", "crew", "lowlands", "scan"],
  ["/admin", "admin", null, null],
  ["/admin/devices/", "admin", null, "devices"],
  ["/account", "account", null, null],
  ["/somewhere/else", "projects", null, null],
])("the address %s opens %s of %j at %j", (path, area, project, pane) => {
  expect(routeOf(path)).toEqual({ area, project, pane });
});

test.each([
  ["/projects", pathOf("projects")],
  ["/projects/lowlands", pathOf("projects", "lowlands")],
  ["/crew/lowlands/scan", pathOf("crew", "lowlands", "scan")],
])("a path %s", (expected, path) => expect(path).toBe(expected));
