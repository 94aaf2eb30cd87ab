import { Duplex } from 'node:stream';
import { MOST_DATA_BYTES } from '@trimtab/protocol/channel';

export interface ChannelSocketDeps {
  /** Resolves when the port has taken it. */
  write(bytes: Uint8Array): Promise<void>;
  /** What was not taken before may come now. */
  wantMore(): void;
  left(): void;
}

/** A stream over the port with what `ws` asks of a socket of node:net besides. */
export class ChannelSocket extends Duplex {
  readonly #deps: ChannelSocketDeps;
  /** As of a socket of node:net: until then nothing is to be written to it. */
  connecting = true;
  /** What was written all the same (Node's HTTP does), until the host is there to read it. */
  #waiting: (() => void) | null = null;

  constructor(deps: ChannelSocketDeps) {
    super();
    this.#deps = deps;
  }

  /** The host has accepted it. */
  opened(): void {
    this.connecting = false;
    this.emit('connect');
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.();
  }

  /** False when it has enough for now. */
  receive(bytes: Uint8Array): boolean {
    return this.push(bytes);
  }

  override _read(): void {
    this.#deps.wantMore();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.connecting) {
      this.#waiting = () => this._write(chunk, encoding, done);
      return;
    }
    const parts: Promise<void>[] = [];
    for (let at = 0; at < chunk.length; at += MOST_DATA_BYTES)
      parts.push(this.#deps.write(chunk.subarray(at, at + MOST_DATA_BYTES)));
    void Promise.all(parts).then(() => done());
  }

  /** A channel has no half of a stream left: `ws` would wait for the end of the other one. */
  override _final(done: () => void): void {
    this.#deps.left();
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#waiting = null;
    this.#deps.left();
    done(error);
  }

  /** A session has its own limits of time. */
  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }
}
