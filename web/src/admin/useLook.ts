import { goTo, useQuery } from "../app/router";

export interface Look {
  readonly at: string | null;
  /** The address of looking at another, or at none; what else it says stays. */
  pathOf: (slug: string | null) => string;
  goTo: (slug: string | null) => void;
}

/** Which row of a list the address looks at; each look is a step of the history, so that Back leads to the list. */
export function useLook(name: string): Look {
  const [at] = useQuery(name);

  function pathOf(slug: string | null): string {
    const query = new URLSearchParams(location.search);
    if (slug === null) query.delete(name);
    else query.set(name, slug);
    const text = query.toString();
    return location.pathname + (text ? `?${text}` : "");
  }

  return { at, pathOf, goTo: (slug) => goTo(pathOf(slug)) };
}
