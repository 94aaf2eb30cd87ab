import { type FromGuest, type FromHost, fromGuestCodec, fromHostCodec } from '@trimtab/protocol';
import { createGuestLinks, type GuestLinkEvents } from '../../../collector/src/link/guest-links.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import { FROM_GUEST } from '../../protocol/example-messages.ts';
import { createTestClock } from '../../support/test-clock.ts';

/** The example message of a type. */
export function says<Type extends FromGuest['type']>(type: Type): Extract<FromGuest, { type: Type }> {
  const found = FROM_GUEST.find((message) => message.type === type);
  if (found === undefined) throw new Error(`no example of ${type}`);
  return found as Extract<FromGuest, { type: Type }>;
}

export function encode(message: FromGuest | undefined): Uint8Array {
  if (message === undefined) throw new Error('no message');
  return fromGuestCodec.encode(message);
}

const bySaidId: GuestLinkEvents['recognise'] = async ({ guest }) => ({
  id: (guest.productUuid ?? guest.machineId ?? guest.hostname) as GuestId,
  name: guest.hostname,
  renamed: [],
});

/** The real links of the collector; only the socket and the clock are the test's. */
export function openLinks({ recognise = bySaidId, ...events }: Partial<GuestLinkEvents> = {}) {
  const clock = createTestClock();
  const warnings: unknown[] = [];
  const said: FromGuest[] = [];
  const log = {
    info() {},
    warn: (fields: unknown) => warnings.push(fields),
    error: (fields: unknown) => warnings.push(fields),
  };
  const links = createGuestLinks({
    clock,
    log,
    collectorVersion: '0.2.0',
  });
  const open = links.openTo({
    recognise,
    connected() {},
    disconnected() {},
    said: (_, message) => said.push(message),
    ...events,
  });
  return {
    links,
    clock,
    warnings,
    said,
    connect() {
      const received: FromHost[] = [];
      const guest = {
        received,
        closed: null as { code: number; reason: string } | null,
        frame: (frame: Uint8Array) => socket.frame(frame),
        hangUp: () => socket.closed(),
        pong: () => socket.answered(),
        /** Sends, and lets the collector's own promises run. */
        async send(frame: Uint8Array) {
          socket.frame(frame);
          await new Promise((resolve) => setImmediate(resolve));
        },
      };
      const socket = open({
        peer: 'test',
        send(frame) {
          const decoded = fromHostCodec.decode(frame);
          if (decoded.kind === 'bad-frame') throw new Error(decoded.reason);
          received.push(decoded.message);
          return true;
        },
        close(code, reason) {
          guest.closed = { code, reason };
        },
      });
      return guest;
    },
  };
}
