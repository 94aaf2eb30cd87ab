import { createLineReader, formatLine } from '@trimtab/protocol/channel';
import type { ChannelPort, OpenChannelPort } from '../ports/channel-port.ts';
import type { Clock } from '../ports/clock.ts';
import { type EndEffect, type EndEvent, type EndState, stepEnd } from './channel-end.ts';
import { ChannelStream } from './channel-stream.ts';

/**
 * How long to stay away before coming back: a guest whose port is taken anew within the same moment never learns that
 * anybody was gone. Longer each time, since a QEMU that is off, or serves another, is asked in vain.
 */
export const AWAY_MS = { least: 1_000, most: 30_000 };

export interface ChannelHost {
  /** Whoever waits at the guest's end (PROTOCOL.md, [P12]) is to start a visit. */
  ring(): void;
  close(): void;
}

/** Holds the host's end of one guest's channel, for as long as it is kept open. */
export function holdChannel({
  path,
  openPort,
  clock,
  onStream,
}: {
  path: string;
  openPort: OpenChannelPort;
  clock: Pick<Clock, 'after'>;
  /** An agent has opened a stream. */
  onStream: (stream: ChannelStream) => void;
}): ChannelHost {
  let state: EndState = null;
  let stream: ChannelStream | null = null;
  let isClosed = false;
  let awayMs = AWAY_MS.least;
  let cancelReturn = () => {};
  let port = arrive();

  return {
    ring: () => happen({ kind: 'rung' }),
    close() {
      isClosed = true;
      cancelReturn();
      port.close();
    },
  };

  function arrive(): ChannelPort {
    const read = createLineReader();
    const arrived = openPort(path, {
      opened: () => happen({ kind: 'arrived' }),
      chunk(bytes) {
        awayMs = AWAY_MS.least;
        for (const line of read(bytes)) happen({ kind: 'line', line });
      },
      drained: () => stream?.drained(),
      closed() {
        happen({ kind: 'gone' });
        if (isClosed) return;
        cancelReturn = clock.after(awayMs, () => {
          port = arrive();
        });
        awayMs = Math.min(AWAY_MS.most, 2 * awayMs);
      },
    });
    return arrived;
  }

  function happen(event: EndEvent): void {
    const step = stepEnd(state, event);
    state = step.state;
    for (const effect of step.effects) carryOut(effect);
  }

  function carryOut(effect: EndEffect): void {
    switch (effect.kind) {
      case 'write': {
        const line = formatLine(effect.line);
        port.write(effect.isFirst ? Buffer.concat([Buffer.from('\n'), line]) : line);
        return;
      }
      case 'open':
        open(effect.id);
        return;
      case 'data':
        if (stream?.receive(effect.bytes) === false) port.pause();
        return;
      case 'ended': {
        const ended = stream;
        stream = null;
        ended?.destroy();
        return;
      }
    }
  }

  function open(id: string): void {
    const opened: ChannelStream = new ChannelStream({
      write: (bytes) => port.write(bytes),
      wantMore: () => port.resume(),
      left() {
        if (stream !== opened) return;
        stream = null;
        happen({ kind: 'done', id });
      },
    });
    stream = opened;
    onStream(opened);
  }
}
