import { expect, test } from "vitest";
import { newPassword } from "./password";

test("a password is what chance says, in letters that nobody mistakes", () => {
  expect(newPassword((bytes) => bytes.fill(0))).toBe("aaaaa-aaaaa-aaaaa-aaaaa");
  expect(newPassword((bytes) => bytes.set([0, 31, 32, 63]))).toMatch(/^a9a9a-/);
  expect(newPassword()).toMatch(/^([a-km-np-z2-9]{5}-){3}[a-km-np-z2-9]{5}$/);
  expect(newPassword()).not.toBe(newPassword());
});
