/** One map and its traffic, as the address asks: `?what=ours|bare&count=10000`. `bench` is read from outside. */

import "../design/tokens.css";
import type { Pace } from "../map/markers/pace";
import { bare } from "./bare";
import { ours } from "./ours";

export interface Where {
  readonly center: [lon: number, lat: number];
  readonly zoom: number;
}

/** What is measured: it takes the server's frames, and `pace` counts what it has drawn. */
export interface Benched {
  readonly pace: Pace;
  ready(): boolean; // all are seen
  receive(text: string): void;
}

const where: Where = { center: [5, 52], zoom: 10.6 };
const query = new URLSearchParams(location.search);
const count = Number(query.get("count"));
const container = document.getElementById("map") as HTMLElement;

const benched = await (query.get("what") === "bare" ? bare(container, where, count) : ours(container, where, count));
const traffic = new Worker(new URL("./traffic.ts", import.meta.url), { type: "module" });
traffic.onmessage = ({ data }) => benched.receive(data as string);
traffic.postMessage(count);
Object.assign(window, { bench: { ready: () => benched.ready(), frames: () => benched.pace.frames } });
