import type { Duplex } from 'node:stream';
import { toReason } from '@trimtab/protocol/shared';
import type { Channel } from '../link/channel.ts';
import { CHANNEL_ROUTE, type Route } from '../model/route.ts';
import type { Log } from '../ports/log.ts';
import type { Edges } from './edges.ts';

/** The virtio-serial port of this guest, if it has one. */
export interface GuestChannel {
  /** The way over it; none where there is none now. One that was plugged in meanwhile is found. */
  routes(): Promise<readonly Route[]>;
  /** Throws where there is none. */
  connect(): Duplex;
}

/** The channel is opened once, when it is first seen, and held: its code is loaded with it, and not before. */
export function composeChannel({
  edges: { files },
  root,
  log,
}: {
  edges: Pick<Edges, 'files'>;
  root: string;
  log: Log;
}): GuestChannel {
  let channel: Channel | null = null;
  /** Why it was not opened; told once. */
  let trouble: string | null = null;

  async function open(): Promise<Channel | null> {
    if ((await files.list('/sys/class/virtio-ports')).length === 0) return null;
    const { openChannel } = await import('../link/channel.ts');
    const { createOpenSerialPort } = await import('../io/serial-port.ts');
    const { newStreamId } = await import('../io/new-id.ts');
    return openChannel({
      openPort: createOpenSerialPort({ root }),
      newId: newStreamId,
      onGone(cause) {
        channel = null;
        log.warn(`the channel to the host is gone: ${cause}`);
      },
    });
  }

  return {
    async routes() {
      try {
        channel ??= await open();
        trouble = null;
      } catch (error) {
        const reason = toReason(error);
        if (reason !== trouble) log.warn(reason);
        trouble = reason;
      }
      return channel === null ? [] : [CHANNEL_ROUTE];
    },
    connect() {
      if (channel === null) throw new Error('this guest has no channel to its host');
      return channel.connect();
    },
  };
}
