import { expect, test } from "vitest";
import { wordsOf } from "./links";

/** In short: links in <>, mentions in []. */
function short(body: string): string {
  return wordsOf(body).map(({ text, href, slug }) => (href ? `<${text}>` : slug ? `[${slug}]` : text)).join("");
}

test.each([
  ["plain words", "plain words"],
  ["", ""],
  ["see https://lowlands.nl/map.", "see <https://lowlands.nl/map>."],
  ["http://a.b/c?d=e&f#g and HTTPS://A.B", "<http://a.b/c?d=e&f#g> and <HTTPS://A.B>"],
  ["(https://a.b/c)", "(<https://a.b/c>)"],
  ["https://a.b/c_(d)", "<https://a.b/c_(d)>"],
  ["https://a.b/c).", "<https://a.b/c>)."],
  ["javascript:alert(1) ftp://a.b", "javascript:alert(1) ftp://a.b"],
  ["<https://a.b>", "<<https://a.b>>"],
  ["https://", "https://"],
  ["@anouk: https://a.b/@dana !", "[anouk]: <https://a.b/@dana> !"],
  ["one\ntwo", "one\ntwo"],
])("%j", (body, expected) => {
  expect(short(body)).toBe(expected);
  expect(wordsOf(body).map(({ text }) => text).join("")).toBe(body);
});
