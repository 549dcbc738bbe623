/** One open project: what is heard on its topics goes to the parts that keep it, by a table of kinds. */

import { Conversation } from "../chat/conversation";
import { NO_PROJECT, parseTopic, type Topic } from "../contract/topics";
import type { Envelope, Kind } from "../contract/types";
import { Stock } from "../equipment/stock";
import { Fleet } from "../movers/fleet";
import { Centre } from "../notify/centre";
import type { Outbox } from "./outbox";
import type { Realtime } from "./realtime";

/** One message, with its topic taken apart. */
export interface Heard extends Topic {
  readonly payload: unknown;
}

/** Something that keeps a part of the project. It gets the messages of a frame together. */
export interface Part {
  readonly hears: Partial<Record<Kind, (heard: readonly Heard[]) => void>>;
  open(): void;
  close(): void;
  /** The snapshot has come, for the first time or after a reconnect; what was in it has been heard. */
  joined(snapshot: readonly Heard[]): void;
}

export class Feed {
  readonly fleet: Fleet;
  readonly conversation: Conversation;
  readonly stock: Stock;
  readonly centre: Centre;
  readonly #parts: readonly Part[];
  readonly #stops: (() => void)[] = [];

  constructor(
    readonly project: string,
    readonly me: string,
    readonly realtime: Realtime,
    readonly outbox: Outbox,
  ) {
    this.fleet = new Fleet(project);
    this.conversation = new Conversation(project, me, outbox, realtime);
    this.stock = new Stock(project, outbox);
    this.centre = new Centre(project, me, this, realtime);
    this.#parts = [this.fleet, this.conversation, this.stock, this.centre];
  }

  open(): void {
    this.#stops.push(this.realtime.onEnvelopes(this.#receive), this.realtime.onJoined(this.#joined));
    for (const part of this.#parts) part.open();
    this.realtime.join(this.project);
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    for (const part of this.#parts) part.close();
    this.realtime.leave(this.project);
  }

  readonly #joined = (project: string, envelopes: readonly Envelope[]): void => {
    if (project !== this.project) return;
    const snapshot = envelopes.flatMap(this.#ours);
    for (const part of this.#parts) part.joined(snapshot);
  };

  readonly #receive = (envelopes: readonly Envelope[]): void => {
    const heard = Map.groupBy(envelopes.flatMap(this.#ours), ({ kind }) => kind);
    for (const [kind, messages] of heard) for (const part of this.#parts) part.hears[kind]?.(messages);
  };

  readonly #ours = ({ topic, payload }: Envelope): Heard[] => {
    try {
      const about = parseTopic(topic);
      return [this.project, NO_PROJECT].includes(about.project) ? [{ ...about, payload }] : [];
    } catch {
      return []; // a newer server's
    }
  };
}
