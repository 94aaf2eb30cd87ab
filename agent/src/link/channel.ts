import type { Duplex } from 'node:stream';
import { AGENT_PORT, createLineReader, formatLine } from '@trimtab/protocol/channel';
import type { OpenSerialPort, SerialPort } from '../ports/serial-port.ts';
import { ChannelSocket } from './channel-socket.ts';
import { type StreamEffect, type StreamEvent, type StreamState, stepStream } from './channel-stream.ts';

/** The guest's virtio-serial port, with one stream at a time. */
export interface Channel {
  /** A stream as a socket: emits `connect` when the host has accepted it. The one before ends. */
  connect(): Duplex;
}

const LINE_FEED = Buffer.from('\n');

/**
 * The channel of this guest, or null where it has none. It is held for as long as this process lives: a read that waits
 * for the host keeps the port from being opened again. Throws as OpenSerialPort does.
 */
export async function openChannel({
  openPort,
  newId,
  onGone,
}: {
  openPort: OpenSerialPort;
  /** Of a stream: STREAM_ID. */
  newId: () => string;
  /** It was unplugged. */
  onGone: (cause: string) => void;
}): Promise<Channel | null> {
  let state: StreamState = { kind: 'none' };
  let socket: ChannelSocket | null = null;
  let hasRoom = true;
  let written = Promise.resolve();
  const read = createLineReader();
  const port = await openPort({
    name: AGENT_PORT,
    handlers: {
      chunk(bytes) {
        hasRoom = true;
        for (const line of read(bytes)) happen({ kind: 'line', line });
        return hasRoom;
      },
      deserted: () => happen({ kind: 'deserted' }),
      failed(cause) {
        socket?.destroy(new Error(cause));
        onGone(cause);
      },
    },
  });
  return port === null ? null : { connect: () => connect(port) };

  function connect(opened: SerialPort): Duplex {
    socket?.destroy();
    const next: ChannelSocket = new ChannelSocket({
      write: (bytes) => write(opened, formatLine({ kind: 'data', bytes })),
      wantMore: opened.resume,
      left() {
        if (socket !== next) return;
        socket = null;
        happen({ kind: 'leave' });
      },
    });
    socket = next;
    happen({ kind: 'connect', id: newId(), isDeserted: opened.isDeserted() });
    return next;
  }

  function happen(event: StreamEvent): void {
    const step = stepStream(state, event);
    state = step.state;
    for (const effect of step.effects) carryOut(effect);
  }

  function carryOut(effect: StreamEffect): void {
    switch (effect.kind) {
      case 'write': {
        const line = formatLine(effect.line);
        if (port !== null) void write(port, effect.isFirst ? Buffer.concat([LINE_FEED, line]) : line);
        return;
      }
      case 'opened':
        socket?.opened();
        return;
      case 'data':
        hasRoom = socket?.receive(effect.bytes) ?? true;
        return;
      case 'ended': {
        const ended = socket;
        socket = null;
        ended?.destroy(new Error(effect.reason));
        return;
      }
    }
  }

  /** One after the other: a write to a port may take a part only. */
  function write(opened: SerialPort, bytes: Uint8Array): Promise<void> {
    written = written.then(() => opened.write(bytes));
    return written;
  }
}
