/** Who and what moves in a project, and where they went. */

import type { PositionRow, Source, TrackPoint } from "../contract/types";
import { get, query } from "../live/rest";

export const sources = (project: string): Promise<Source[]> => get(`/projects/${project}/sources`);

const TRAIL_LIMIT = 2000;

/** What a source did since `from` (ms), oldest first. */
export function trail(project: string, source: string, from: number): Promise<PositionRow[]> {
  const parameters = query({ source, from: new Date(from).toISOString(), limit: TRAIL_LIMIT });
  return get(`/projects/${project}/positions?${parameters}`);
}

/** The way of a source between two moments (ms), without what lies within `tolerance` metres of a straight line. */
export function track(
  project: string,
  source: string,
  from: number,
  to: number,
  tolerance: number,
): Promise<TrackPoint[]> {
  const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  return get(`/projects/${project}/positions?${query({ source, ...span, simplify: tolerance })}`);
}
