/** One map and its traffic, as the address asks: `?what=ours|bare&count=10000`. `bench` on the window is read from outside. */

import "../design/tokens.css";
import { Pace } from "../map/pace";
import { bare } from "./bare";

const camera = { center: [5, 52] as [number, number], zoom: 10.6 };
const query = new URLSearchParams(location.search);
const count = Number(query.get("count"));
const container = document.getElementById("map")!;

const { map, receive } = bare(container, camera);
const counting = new Pace(map);
const look = (time: number) => {
  requestAnimationFrame(look);
  counting.free(time);
};
requestAnimationFrame(look);
const traffic = new Worker(new URL("./traffic.ts", import.meta.url), { type: "module" });
traffic.onmessage = ({ data }) => receive(data as string);
traffic.postMessage(count);
Object.assign(window, { bench: { frames: () => counting.frames, map } });
