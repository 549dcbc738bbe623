/** What travels: the payloads of `rentguy/messages.py` and the rows of the REST API, as this app reads them. */

export type Time = string | number; // RFC 3339 with offset, or Unix seconds

export interface Position {
  at: Time;
  lat: number;
  lon: number;
  accuracy?: number | null; // m, radius
  speed?: number | null; // m/s
  heading?: number | null; // degrees clockwise from true north
  altitude?: number | null; // m
  battery?: number | null; // 0-100 %
}

export interface PositionRow extends Position {
  source: string;
}

export const STATUSES = ["available", "in_use", "maintenance", "damaged"] as const;
export type Status = (typeof STATUSES)[number];

export interface ItemStatus {
  code: string;
  name: string;
  status: Status;
  at: Time;
  by?: string | null;
  project?: string | null;
  vehicle?: string | null;
  lat?: number | null;
  lon?: number | null;
}

export interface ItemRow extends ItemStatus {
  tags?: string[];
}

export interface ChatMessage {
  id: string;
  at: Time;
  body: string;
  reply_to?: string | null;
  pin?: unknown;
}

export interface ChatEdit {
  id: string;
  at: Time;
  edit: string;
}

export interface ChatDelete {
  id: string;
  at: Time;
  delete: true;
}

export type ChatPayload = ChatMessage | ChatEdit | ChatDelete;

export interface ChatRow {
  number: number;
  id: string;
  author: string;
  at: Time;
  body: string | null;
  reply_to?: string | null;
  pin?: unknown;
  edited_at?: Time | null;
  deleted_at?: Time | null;
}

export interface Presence {
  online: boolean;
  at?: Time | null;
}

export interface Receipt {
  ids?: Record<string, string> | null;
}

export type SourceKind =
  "person" | "truck" | "van" | "car" | "phone" | "tracker" | "scanner" | "reader" | "integration";

export interface Source {
  slug: string;
  kind: SourceKind;
  name: string;
  owner?: string | null;
}

export type Role = "viewer" | "crew" | "dispatcher";

export interface Project {
  slug: string;
  name: string;
  role: Role | null;
}

export interface Me {
  slug: string;
  name: string;
  admin: boolean;
  projects: Project[];
}

export interface Settings {
  tiles_url: string | null;
  tiles_attribution: string | null;
}

/** What the socket carries, both ways: the same datum as on MQTT. */
export interface Envelope {
  topic: string;
  payload: unknown;
}
