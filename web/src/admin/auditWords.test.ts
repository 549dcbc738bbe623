import { expect, test } from "vitest";
import { detailWords } from "./auditWords";

test.each([
  [{}, ""],
  [{ kind: "truck", name: "Truck 4", owner: null }, "kind: truck, name: Truck 4"],
  [{ admin: true, scopes: ["read", "manage"], days: 90 }, "admin: yes, scopes: read manage, days: 90"],
  [{ keep: { people: null } }, 'keep: {"people":null}'],
  [{ since: new Date(2026, 5, 20, 22, 5).toISOString() }, "since: 22:05"],
])("%j reads %j", (detail, words) => expect(detailWords(detail, Number(new Date(2026, 5, 20)))).toBe(words));
