/** What the list is narrowed to besides the words of a search; it stands in the address. */

import { useMemo } from "react";
import { setQuery, useQuery } from "../app/router";
import { STATUSES, type ItemStatus, type Status } from "../contract/types";

/** Not a vehicle's slug, which can't begin like this. */
export const LOOSE = "_loose";
export const LOADED = "_loaded";
export const NOWHERE = "_none";

export interface Filters {
  readonly statuses: ReadonlySet<Status>; // none: all
  readonly where: string | null; // LOOSE, LOADED, NOWHERE, or a vehicle's slug
  readonly recent: boolean; // the latest change first
}

export const NO_FILTERS: Filters = { statuses: new Set(), where: null, recent: false };

export function filtersOf(status: string | null, where: string | null, sort: string | null): Filters {
  const named = new Set((status ?? "").split(","));
  return {
    statuses: new Set(STATUSES.filter((each) => named.has(each))),
    where: where || null,
    recent: sort === "recent",
  };
}

const PLACES: Record<string, (item: ItemStatus) => boolean> = {
  [LOOSE]: ({ project, vehicle }) => Boolean(project) && !vehicle,
  [LOADED]: ({ vehicle }) => Boolean(vehicle),
  [NOWHERE]: ({ project }) => !project,
};

export function isThere(item: ItemStatus, where: string | null): boolean {
  if (where === null) return true;
  return PLACES[where]?.(item) ?? item.vehicle === where;
}

/** In the words of a row and of a card. */
export function placeOf({ vehicle, project }: ItemStatus, nameOf: (slug: string) => string): string {
  if (vehicle) return nameOf(vehicle);
  return project ? "not loaded" : "no project";
}

export interface UseFilters {
  readonly filters: Filters;
  toggle: (status: Status) => void;
  setWhere: (where: string | null) => void;
  setRecent: (recent: boolean) => void;
  clear: () => void;
}

export function useFilters(): UseFilters {
  const [status] = useQuery("status");
  const [where] = useQuery("where");
  const [sort] = useQuery("sort");
  const filters = useMemo(() => filtersOf(status, where, sort), [status, where, sort]);
  return {
    filters,
    toggle: (one) => {
      const wanted = STATUSES.filter((each) => filters.statuses.has(each) !== (each === one));
      setQuery({ status: wanted.join(",") || null });
    },
    setWhere: (next) => setQuery({ where: next }),
    setRecent: (recent) => setQuery({ sort: recent ? "recent" : null }),
    clear: () => setQuery({ status: null, where: null }),
  };
}
