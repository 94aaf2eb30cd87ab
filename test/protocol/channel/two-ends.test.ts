import { type ChannelLine, createLineReader, formatLine } from '@trimtab/protocol/channel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type StreamEffect,
  type StreamEvent,
  type StreamState,
  stepStream,
} from '../../../agent/src/link/channel-stream.ts';
import { type EndEffect, type EndEvent, type EndState, stepEnd } from '../../../collector/src/link/channel-end.ts';

/**
 * Both ends of a port, each a process that may be killed at any moment, in the middle of a line as well, and a port that
 * keeps what was written, as QEMU's does. Each word of data says over which stream it was written.
 */
class Port {
  toHost = Buffer.alloc(0);
  toGuest = Buffer.alloc(0);
  guest: { state: StreamState; read: ReturnType<typeof createLineReader> } | null = null;
  host: { state: EndState; read: ReturnType<typeof createLineReader> } | null = null;
  openedByGuest: string[] = [];
  opened = 0;
  /** What came over a stream that was written for another. */
  strays: string[] = [];

  startGuest(): void {
    this.guest = { state: { kind: 'none' }, read: createLineReader() };
  }

  connect(): void {
    this.opened++;
    const id = this.opened.toString(16).padStart(4, '0').padEnd(16, 'f');
    this.guestSees({ kind: 'connect', id, isDeserted: this.host === null });
  }

  /** Of what it last wrote a part may be missing. */
  killGuest(cut: number): void {
    this.guest = null;
    this.toHost = this.toHost.subarray(0, Math.max(0, this.toHost.length - cut));
  }

  startHost(): void {
    this.host = { state: null, read: createLineReader() };
    this.hostSees({ kind: 'arrived' });
  }

  killHost(cut: number): void {
    this.host = null;
    this.toGuest = this.toGuest.subarray(0, Math.max(0, this.toGuest.length - cut));
  }

  guestSays(): void {
    if (this.guest?.state.kind === 'open') this.writeToHost({ kind: 'data', bytes: Buffer.from(this.guest.state.id) });
  }

  hostSays(): void {
    if (this.host !== null && this.host.state !== null)
      this.writeToGuest({ kind: 'data', bytes: Buffer.from(this.host.state.id) });
  }

  hostReads(most: number): void {
    if (this.host === null) return;
    const chunk = this.toHost.subarray(0, most);
    this.toHost = this.toHost.subarray(most);
    for (const line of this.host.read(chunk)) this.hostSees({ kind: 'line', line });
  }

  guestReads(most: number): void {
    if (this.guest === null) return;
    if (this.host === null && this.toGuest.length === 0) {
      this.guestSees({ kind: 'deserted' });
      return;
    }
    const chunk = this.toGuest.subarray(0, most);
    this.toGuest = this.toGuest.subarray(most);
    for (const line of this.guest.read(chunk)) this.guestSees({ kind: 'line', line });
  }

  /** Until nothing moves, with an agent that connects anew whenever it has no stream. */
  settle(): void {
    if (this.guest === null) this.startGuest();
    if (this.host === null) this.startHost();
    for (let round = 0; round < 20; round++) {
      if (this.guest?.state.kind === 'none') this.connect();
      this.hostReads(2 ** 20);
      this.guestReads(2 ** 20);
    }
  }

  private guestSees(event: StreamEvent): void {
    if (this.guest === null) return;
    const { state } = this.guest;
    const step = stepStream(state, event);
    this.guest.state = step.state;
    for (const effect of step.effects) this.guestDoes(effect);
  }

  private guestDoes(effect: StreamEffect): void {
    if (effect.kind === 'write') this.writeToHost(effect.line, effect.isFirst);
    else if (effect.kind === 'data' && this.guest?.state.kind === 'open') this.note(effect.bytes, this.guest.state.id);
  }

  private hostSees(event: EndEvent): void {
    if (this.host === null) return;
    const step = stepEnd(this.host.state, event);
    this.host.state = step.state;
    for (const effect of step.effects) this.hostDoes(effect);
  }

  private hostDoes(effect: EndEffect): void {
    if (effect.kind === 'write') this.writeToGuest(effect.line, effect.isFirst);
    else if (effect.kind === 'data') this.note(effect.bytes, this.host?.state?.id ?? 'none');
  }

  private note(bytes: Uint8Array, id: string): void {
    // The last word of an end that was killed may be cut: the stream is over then.
    if (!id.startsWith(Buffer.from(bytes).toString())) this.strays.push(`${Buffer.from(bytes)} over ${id}`);
  }

  private writeToHost(line: ChannelLine, isFirst = false): void {
    this.toHost = Buffer.concat([this.toHost, Buffer.from(isFirst ? '\n' : ''), formatLine(line)]);
  }

  private writeToGuest(line: ChannelLine, isFirst = false): void {
    this.toGuest = Buffer.concat([this.toGuest, Buffer.from(isFirst ? '\n' : ''), formatLine(line)]);
  }
}

const cut = fc.nat(40);
const act = fc.oneof(
  fc.constant((port: Port) => port.guest === null && port.startGuest()),
  fc.constant((port: Port) => port.host === null && port.startHost()),
  fc.constant((port: Port) => port.guest !== null && port.connect()),
  fc.constant((port: Port) => port.guestSays()),
  fc.constant((port: Port) => port.hostSays()),
  cut.map((bytes) => (port: Port) => port.killGuest(bytes)),
  cut.map((bytes) => (port: Port) => port.killHost(bytes)),
  fc.nat(60).map((bytes) => (port: Port) => port.hostReads(bytes)),
  fc.nat(60).map((bytes) => (port: Port) => port.guestReads(bytes)),
);

describe('a port whose ends are killed at any moment', () => {
  it('brings nothing over a stream that was written for another, and ends with one that both have', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80, size: 'max' }), (acts) => {
        const port = new Port();
        for (const each of acts) each(port);
        port.settle();
        expect(port.strays).toEqual([]);
        expect(port.guest?.state).toEqual({ kind: 'open', id: port.host?.state?.id });
      }),
      { numRuns: 2_000 },
    );
  });
});
