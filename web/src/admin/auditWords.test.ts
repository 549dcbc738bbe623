import { expect, test } from "vitest";
import { detailWords } from "./auditWords";

test.each([
  [{}, ""],
  [{ kind: "truck", name: "Truck 4", owner: null }, "kind: truck, name: Truck 4"],
  [{ admin: true, scopes: ["read", "manage"], days: 90 }, "admin: yes, scopes: read manage, days: 90"],
  [{ keep: { people: null } }, 'keep: {"people":null}'],
])("%j reads %j", (detail, words) => expect(detailWords(detail)).toBe(words));
