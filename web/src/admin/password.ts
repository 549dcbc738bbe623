/** A password to hand to somebody. */

const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"; // none that is read as another; 32, so that each is as likely
const LENGTH = 20; // 100 bits

/** In groups of five, to be read aloud; `random` fills an array of bytes. */
export function newPassword(random: (bytes: Uint8Array<ArrayBuffer>) => unknown = (bytes) => crypto.getRandomValues(bytes)): string {
  const bytes = new Uint8Array(LENGTH);
  random(bytes);
  const letters = [...bytes].map((byte) => LETTERS[byte % LETTERS.length] ?? "").join("");
  return letters.match(/.{5}/g)?.join("-") ?? letters;
}
