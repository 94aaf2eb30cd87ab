import { Duplex } from 'node:stream';
import { formatLine, MOST_DATA_BYTES } from '@trimtab/protocol/channel';

export interface ChannelStreamDeps {
  /** False when no more is taken until `drained`. */
  write(bytes: Uint8Array): boolean;
  wantMore(): void;
  left(): void;
}

/** One stream of a guest's channel, with what Node's HTTP server and `ws` ask of a socket of node:net besides. */
export class ChannelStream extends Duplex {
  readonly #deps: ChannelStreamDeps;
  #waiting: (() => void) | null = null;

  constructor(deps: ChannelStreamDeps) {
    super({ allowHalfOpen: false });
    this.#deps = deps;
  }

  /** False when it has enough for now. */
  receive(bytes: Uint8Array): boolean {
    return this.push(bytes);
  }

  drained(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.();
  }

  override _read(): void {
    this.#deps.wantMore();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    let takesMore = true;
    for (let at = 0; at < chunk.length; at += MOST_DATA_BYTES)
      takesMore = this.#deps.write(formatLine({ kind: 'data', bytes: chunk.subarray(at, at + MOST_DATA_BYTES) }));
    if (takesMore) done();
    else this.#waiting = done;
  }

  /** A channel has no half of a stream left: `ws` would wait for the end of the other one. */
  override _final(done: () => void): void {
    this.#deps.left();
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#deps.left();
    this.#waiting = null;
    done(error);
  }

  /** Whoever is at the other end is looked after by pings. */
  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  /** As of a socket: it goes once what was written is on its way. */
  destroySoon(): void {
    this.end(() => this.destroy());
  }
}
