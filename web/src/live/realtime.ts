/**
 * The socket: `{"join"}`, `{"leave"}`, `{"publish"}`, `{"ping"}` out, arrays of envelopes in. It comes back by itself and joins
 * again; since everything heard is idempotent, that is all there is to reconnecting. Components use `useRealtime`.
 */

import { Answers, ConnectionLost, Refused, refusalOf } from "./answers";
import { backoff } from "./backoff";
import type { Envelope } from "../contract/types";
import { Store } from "./store";

export type Phase = "connecting" | "live" | "reconnecting" | "offline";

export interface Connection {
  readonly phase: Phase;
  readonly since: number; // ms since 1970
}

export { ConnectionLost, Refused };

const QUIET_MS = 10_000; // after so long without a word, ask
const LOOKING_MS = 1_000; // and after so long when somebody has come to look
const ANSWER_MS = 10_000; // after so long without an answer the line is dead
const JOINING_MS = 30_000; // a whole project may be long on its way
const UNANSWERED_MS = 30_000; // what was published that long ago is given up, though the line is alive
const STEADY_MS = 10_000; // a connection that ends sooner counts as a failed attempt

export class Realtime {
  readonly connection = new Store<Connection>({ phase: "connecting", since: Date.now() });
  readonly #url: string;
  readonly #wanted = new Map<string, number>(); // by how many
  readonly #joined = new Set<string>();
  readonly #refused = new Set<string>(); // projects one isn't on
  readonly #answers = new Answers();
  readonly #envelopes = new Set<(envelopes: readonly Envelope[]) => void>();
  readonly #joins = new Set<(project: string, snapshot: readonly Envelope[]) => void>();
  readonly #doubts = new Set<() => void>();
  #socket: WebSocket | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #later: ReturnType<typeof setTimeout> | undefined; // a join came too soon
  #failures = 0;
  #refs = 0;
  #heard = 0;
  #asked = 0;

  constructor(url: string) {
    this.#url = url;
  }

  start(): void {
    addEventListener("online", this.#now);
    addEventListener("offline", this.#offline);
    document.addEventListener("visibilitychange", this.#now);
    addEventListener("focus", this.#now);
    this.#watch = setInterval(() => this.#listen(), 1000);
    this.#connect();
  }

  stop(): void {
    removeEventListener("online", this.#now);
    removeEventListener("offline", this.#offline);
    document.removeEventListener("visibilitychange", this.#now);
    removeEventListener("focus", this.#now);
    clearInterval(this.#watch);
    clearTimeout(this.#retry);
    this.#drop();
  }

  /** Each join asks for a snapshot, and is undone by a leave of its own. */
  join(project: string): void {
    this.#wanted.set(project, (this.#wanted.get(project) ?? 0) + 1);
    this.#send({ join: project });
  }

  /** As join, for who only wants to be there: no snapshot when somebody is already. */
  attend(project: string): void {
    const others = this.#wanted.get(project) ?? 0;
    this.#wanted.set(project, others + 1);
    if (others === 0) this.#send({ join: project });
  }

  leave(project: string): void {
    const others = (this.#wanted.get(project) ?? 0) - 1;
    if (others > 0) return void this.#wanted.set(project, others);
    this.#wanted.delete(project);
    this.#joined.delete(project);
    this.#refused.delete(project);
    this.#send({ leave: project });
    if (this.#joined.size > 0 && this.#isComplete) this.#enter("live");
  }

  /** When the server was last heard (ms since 1970, this browser's clock). */
  get heardAt(): number {
    return this.#heard;
  }

  /** Resolved when the broker has it. Rejected by Refused, or by ConnectionLost when nobody can know. */
  publish(topic: string, payload: unknown): Promise<void> {
    const ref = String(++this.#refs);
    if (!this.#send({ publish: { topic, payload }, ref })) return Promise.reject(new ConnectionLost("not connected"));
    return this.#answers.wait(ref);
  }

  /** Told of each frame's envelopes together: a snapshot is one change, not ten thousand. */
  onEnvelopes(listener: (envelopes: readonly Envelope[]) => void): () => void {
    this.#envelopes.add(listener);
    return () => void this.#envelopes.delete(listener);
  }

  /** Told after each join's snapshot, the first and those after a reconnect, and what was in it. */
  onJoined(listener: (project: string, snapshot: readonly Envelope[]) => void): () => void {
    this.#joins.add(listener);
    return () => void this.#joins.delete(listener);
  }

  /** Told when the line was lost or something was refused: perhaps one isn't signed in any more, or not on a project. */
  onDoubt(listener: () => void): () => void {
    this.#doubts.add(listener);
    return () => void this.#doubts.delete(listener);
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#heard = Date.now();
    this.#asked = 0;
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#receive(String(data));
    socket.onclose = () => this.#lost();
  }

  #opened(): void {
    for (const project of this.#wanted.keys()) this.#send({ join: project });
    if (this.#isComplete) this.#enter("live");
  }

  #receive(text: string): void {
    this.#heard = Date.now();
    this.#asked = 0;
    const envelopes = JSON.parse(text) as Envelope[];
    const heard = envelopes.filter(({ topic }) => !topic.startsWith("$/"));
    if (heard.length > 0) for (const listener of this.#envelopes) listener(heard);
    for (const envelope of envelopes) if (envelope.topic.startsWith("$/")) this.#control(envelope, heard);
  }

  #control({ topic, payload }: Envelope, beside: readonly Envelope[]): void {
    const { ref, project, retry_s } = payload as { ref?: string | null; project?: string; retry_s?: number };
    if (topic === "$/joined" && project !== undefined) this.#nowJoined(project, beside);
    if (topic === "$/ack") this.#answers.answer(ref, null);
    if (topic !== "$/error") return;
    if (project !== undefined) this.#notOn(project);
    if (ref == null && retry_s !== undefined) return this.#joinLater(retry_s);
    if (!this.#answers.answer(ref, refusalOf(payload))) for (const listener of this.#doubts) listener();
  }

  /** More was sent than one person may: a join of ours may be what wasn't heard. */
  #joinLater(seconds: number): void {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => {
      for (const project of this.#wanted.keys()) {
        if (!this.#joined.has(project) && !this.#refused.has(project)) this.#send({ join: project });
      }
    }, seconds * 1000);
  }

  #nowJoined(project: string, snapshot: readonly Envelope[]): void {
    if (!this.#wanted.has(project)) return;
    this.#joined.add(project);
    this.#refused.delete(project);
    if (this.#isComplete) this.#enter("live");
    for (const listener of this.#joins) listener(project, snapshot);
  }

  /** Nothing comes of this project, or nothing more; the others go on. */
  #notOn(project: string): void {
    this.#joined.delete(project);
    if (this.#wanted.has(project)) this.#refused.add(project);
    if (this.#isComplete) this.#enter("live");
  }

  get #isComplete(): boolean {
    return [...this.#wanted.keys()].every((project) => this.#joined.has(project) || this.#refused.has(project));
  }

  #enter(phase: Phase): void {
    if (this.connection.get().phase !== phase) this.connection.set({ phase, since: Date.now() });
  }

  #lost(): void {
    const { phase, since } = this.connection.get();
    if (phase === "live" && Date.now() - since >= STEADY_MS) this.#failures = 0;
    this.#drop();
    if (!navigator.onLine) return this.#enter("offline");
    if (phase !== "connecting" || this.#failures > 0) this.#enter("reconnecting");
    this.#retry = setTimeout(() => this.#connect(), backoff(++this.#failures));
    for (const listener of this.#doubts) listener();
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#later);
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    this.#joined.clear();
    this.#refused.clear();
    this.#answers.give(0, "the connection was lost");
  }

  readonly #now = (): void => {
    if (document.visibilityState === "hidden" || !navigator.onLine) return;
    if (this.connection.get().phase === "offline") this.#enter("reconnecting");
    if (this.#socket === null) this.#connect();
    else this.#listen(LOOKING_MS);
  };

  readonly #offline = (): void => {
    clearTimeout(this.#retry);
    this.#drop();
    this.#enter("offline");
  };

  /** A line that died without a word looks like a quiet one: a ping must be answered. */
  #listen(quiet = QUIET_MS): void {
    if (this.#socket === null) return;
    this.#answers.give(UNANSWERED_MS, "the server didn't answer");
    const now = Date.now();
    const connecting = this.#socket.readyState === WebSocket.CONNECTING;
    const patience = connecting || this.#isComplete ? ANSWER_MS : JOINING_MS;
    if ((this.#asked || connecting) && now - (this.#asked || this.#heard) > patience) return this.#lost();
    if (connecting || this.#asked || now - this.#heard < quiet) return;
    this.#asked = now;
    this.#send({ ping: true });
  }

  #send(frame: unknown): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }
}
