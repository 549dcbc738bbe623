/** Which field a refusal is about. */

export interface Blame {
  readonly field: string | null; // none: all of it
  readonly text: string;
}

/** The server names the field first: "until: expected a time after …"; one that isn't in the form is part of the words. */
export function blame(detail: string, fields: readonly string[]): Blame {
  const [, named = "", rest = ""] = /^([a-z_]+): ([^]+)$/.exec(detail) ?? [];
  const field = fields.find((each) => each === named);
  if (field !== undefined) return { field, text: rest };
  const taken = fields.includes("slug") && /^the slug /.test(detail);
  return { field: taken ? "slug" : null, text: detail };
}
