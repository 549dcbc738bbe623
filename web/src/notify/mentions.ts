/** Whether a text names somebody, as the server counts it: "@anouk." does, "@anouk-phone" and "x@anouk" don't. */
export function mentions(text: string, slug: string): boolean {
  const name = slug.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<!\\w)@${name}(?![._-]*\\w)`, "i").test(text);
}
