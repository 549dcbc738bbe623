/** Which items are chosen for a change of all of them. */

export interface Selection {
  readonly codes: ReadonlySet<string>;
  readonly anchor: string | null; // where a range begins
}

export const NOTHING: Selection = { codes: new Set(), anchor: null };
export const MOST = 1000; // in one change; the server takes no more

export function toggle({ codes }: Selection, code: string): Selection {
  const others = [...codes].filter((each) => each !== code);
  return { codes: new Set(codes.has(code) ? others : [...codes, code]), anchor: code };
}

/** All from the anchor to `code` as they stand in the list, besides those chosen already. */
export function extend({ codes, anchor }: Selection, code: string, listed: readonly string[]): Selection {
  const [from, to] = [listed.indexOf(anchor ?? code), listed.indexOf(code)];
  if (from < 0 || to < 0) return toggle({ codes, anchor }, code);
  const range = listed.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { codes: new Set([...codes, ...range]), anchor: anchor ?? code };
}

export function addAll({ codes, anchor }: Selection, listed: readonly string[]): Selection {
  return { codes: new Set([...codes, ...listed]), anchor };
}
