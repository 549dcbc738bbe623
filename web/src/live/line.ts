import type { Envelope } from "../contract/types";

/** For tests: a server's end of the line, in the shape of a browser's socket. */
export class Line {
  static CONNECTING = 0;
  static OPEN = 1;
  static all: Line[] = [];
  readyState = 0;
  sent: { join?: string; publish?: Envelope; ping?: boolean; ref?: string }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor() {
    Line.all.push(this);
  }

  static get last(): Line {
    return Line.all.at(-1) ?? new Line();
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = Line.OPEN;
    this.onopen?.();
  }

  say(...envelopes: Envelope[]): void {
    this.onmessage?.({ data: JSON.stringify(envelopes) });
  }

  die(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}
