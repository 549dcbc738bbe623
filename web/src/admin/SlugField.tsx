import { Field } from "../design/Field";
import type { Blame } from "../design/blame";

const SLUG = "[a-z0-9][a-z0-9._\\-]{0,62}"; // as in contract/topics.ts

/** The short name that stands in topics and addresses, for ever. */
export function SlugField({ example, what, blame }: { example: string; what: string; blame: Blame | null }) {
  return (
    <Field
      label="Short name"
      name="slug"
      hint={`Small letters, digits, “-”, “.”, “_”, for ever the same: it ${what}.`}
      blame={blame}
    >
      <input
        placeholder={example}
        pattern={SLUG}
        title="Small letters, digits, -, . or _, beginning with a letter or digit"
        maxLength={63}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
    </Field>
  );
}
