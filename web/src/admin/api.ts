/** The registry: devices, people, projects and who belongs to them, shifts, and what was changed. */

import type {
  Assignment,
  AssignmentStart,
  AuditLine,
  Device,
  DeviceCard,
  DeviceChange,
  DeviceSecret,
  DeviceStart,
  Member,
  MemberRole,
  NewUser,
  ProjectChange,
  ProjectSettings,
  ProjectStart,
  Shift,
  StoredCount,
  User,
  UserChange,
  UserStart,
} from "../contract/types";
import { get, page, query, send, type Page } from "../live/rest";

const AT_ONCE = 1000;
const LINES_AT_ONCE = 50;

export interface Person {
  readonly slug: string;
  readonly name: string;
}

/** Every row of a list that is paged by slug. */
async function all<Row extends Person>(path: string): Promise<Row[]> {
  const every: Row[] = [];
  for (;;) {
    const { rows, more } = await page<Row>(`${path}?${query({ limit: AT_ONCE, after: every.at(-1)?.slug })}`);
    every.push(...rows);
    if (rows.length === 0 || !more) return every;
  }
}

export const devices = (): Promise<Device[]> => all("/devices");
export const device = (slug: string): Promise<DeviceCard> => get(`/devices/${slug}`);
export const addDevice = (start: DeviceStart): Promise<DeviceSecret> => send("POST", "/devices", start);
export const changeDevice = (slug: string, change: DeviceChange): Promise<Device> =>
  send("PATCH", `/devices/${slug}`, change);
export const newSecret = (slug: string): Promise<DeviceSecret> => send("POST", `/devices/${slug}/secret`);
export const assign = (slug: string, start: AssignmentStart): Promise<Assignment[]> =>
  send("PUT", `/devices/${slug}/assignment`, start);
export const endAssignment = (slug: string, id: number): Promise<null> =>
  send("DELETE", `/devices/${slug}/assignments/${id}`);

export const users = (): Promise<User[]> => all("/users");
export const user = (slug: string): Promise<User> => get(`/users/${slug}`);
export const addUser = (start: UserStart): Promise<NewUser> => send("POST", "/users", start);
export const changeUser = (slug: string, change: UserChange): Promise<User> => send("PATCH", `/users/${slug}`, change);
export const signOut = (slug: string): Promise<null> => send("POST", `/users/${slug}/sign-out`);
export const erase = (slug: string): Promise<StoredCount[]> => send("DELETE", `/users/${slug}/data`);

export const settings = (project: string): Promise<ProjectSettings> => get(`/projects/${project}/settings`);
export const addProject = (start: ProjectStart): Promise<ProjectSettings> => send("POST", "/projects", start);
export const changeProject = (slug: string, change: ProjectChange): Promise<ProjectSettings> =>
  send("PATCH", `/projects/${slug}`, change);
export const members = (project: string): Promise<Member[]> => all(`/projects/${project}/members`);
export const setRole = (project: string, person: string, role: MemberRole): Promise<Member> =>
  send("PUT", `/projects/${project}/members/${person}`, { role });
export const removeMember = (project: string, person: string): Promise<null> =>
  send("DELETE", `/projects/${project}/members/${person}`);
export const people = (search: string): Promise<Person[]> => get(`/people?${query({ search })}`);

export const shifts = (project: string): Promise<Shift[]> => get(`/projects/${project}/shifts`);
export const planShift = (project: string, person: string, hours: number, since?: string): Promise<Shift> =>
  send("POST", `/projects/${project}/shifts`, { person, hours, since });
export const endShift = (project: string, id: number): Promise<null> => send("DELETE", `/projects/${project}/shifts/${id}`);

export interface AuditFilter {
  readonly by?: string;
  readonly subject?: string;
  readonly action?: string;
  readonly project?: string;
}

/** What was changed, newest first; `before` a line, or from now back. */
export const audit = (filter: AuditFilter, before?: AuditLine): Promise<Page<AuditLine>> =>
  page(`/audit?${query({ ...filter, limit: LINES_AT_ONCE, before: before?.id })}`);
