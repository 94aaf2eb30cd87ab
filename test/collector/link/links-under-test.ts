import {
  type Challenge,
  type FromGuest,
  type FromHost,
  fromGuestCodec,
  fromHostCodec,
  type Hello,
  UNPROVEN,
} from '@trimtab/protocol';
import { PLAIN_BINDING } from '@trimtab/protocol/joining';
import { createLine } from '../../../collector/src/coordinate/line.ts';
import { createDoor } from '../../../collector/src/link/door.ts';
import {
  createGuestLinks,
  type GuestLinkEvents,
  type RecognisedGuest,
} from '../../../collector/src/link/guest-links.ts';
import type { Budgets } from '../../../collector/src/model/budgets.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import type { SocketProof } from '../../../collector/src/ports/guest-socket.ts';
import { FROM_GUEST, FROM_HOST } from '../../protocol/example-messages.ts';
import { createTestClock } from '../../support/test-clock.ts';

/** The example message of a type; the hello is of a guest that has not joined. */
export function says<Type extends FromGuest['type']>(type: Type): Extract<FromGuest, { type: Type }> {
  const found = FROM_GUEST.find((message) => message.type === type);
  if (found === undefined) throw new Error(`no example of ${type}`);
  return (found.type === 'hello' ? { ...found, ...UNPROVEN } : found) as Extract<FromGuest, { type: Type }>;
}

export function encode(message: FromGuest | undefined): Uint8Array {
  if (message === undefined) throw new Error('no message');
  return fromGuestCodec.encode(message);
}

type Recognise = (hello: Hello) => Promise<RecognisedGuest>;

const bySaidId: Recognise = async ({ guest }) => ({
  id: (guest.productUuid ?? guest.machineId ?? guest.hostname) as GuestId,
  name: guest.hostname,
  renamed: [],
});

/** No test of a session is about them. */
const AMPLE: Budgets = {
  connections: 10_000,
  connectionsPerAddress: 10_000_000,
  halfOpen: 10_000,
  halfOpenPerAddress: 10_000,
  strangers: 10_000,
  strangersPerAddress: 10_000,
  inventories: 2 ** 40,
  strangerInventories: 2 ** 40,
};

/** The real links and the real door of the collector; only the socket and the clock are the test's. */
export function openLinks({
  recognise = bySaidId,
  isKnown = () => true,
  hostRead = async () => {},
  budgets = {},
  ...events
}: Partial<GuestLinkEvents> & {
  recognise?: Recognise;
  /** Resolves when the host is read for a guest that says hello. */
  hostRead?: () => Promise<void>;
  budgets?: Partial<Budgets>;
} = {}) {
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
    line: createLine(),
    collectorVersion: '0.2.0',
    strangersPerAddress: 64,
  });
  const door = createDoor({ budgets: { ...AMPLE, ...budgets }, clock, log });
  const open = links.openTo({
    isKnown,
    recalls: async ({ hello }) => isKnown(hello.guest),
    async challenge() {
      const message = FROM_HOST.find(({ type }) => type === 'challenge') as Challenge;
      return { message, pin: 'P'.repeat(43) };
    },
    async meet({ hello, answered }) {
      await hostRead();
      return {
        kind: 'admitted',
        proof: answered === null ? 'word' : 'key',
        identity: hello.guest,
        recognise: async () => ({ kind: 'recognised', ...(await recognise(hello)) }),
      };
    },
    connected() {},
    disconnected() {},
    async said(_, message) {
      said.push(message);
    },
    ...events,
  });
  return {
    links,
    clock,
    warnings,
    said,
    connect({
      address = '192.0.2.1',
      proof = { kind: 'network', binding: PLAIN_BINDING },
    }: {
      address?: string;
      proof?: SocketProof;
    } = {}) {
      const received: FromHost[] = [];
      const guest = {
        received,
        pings: 0,
        closed: null as { code: number; reason: string } | null,
        frame: (frame: Uint8Array) => socket.frame(frame),
        hangUp() {
          place.free();
          socket.closed();
        },
        pong: () => socket.answered(),
        /** Sends, and lets the collector's own promises run. */
        async send(frame: Uint8Array) {
          socket.frame(frame);
          await new Promise((resolve) => setImmediate(resolve));
        },
      };
      const leave = (reason: string) => {
        if (socket === undefined) throw new Error('nobody is there yet');
        socket.displaced(reason);
      };
      const place = door.enter({ address, leave });
      const socket = open({
        peer: `${address}:1`,
        proof,
        address,
        place,
        send(frame) {
          const decoded = fromHostCodec.decode(frame);
          if (decoded.kind === 'bad-frame') throw new Error(decoded.reason);
          received.push(decoded.message);
          return true;
        },
        ping() {
          guest.pings += 1;
        },
        close(code, reason) {
          guest.closed = { code, reason };
          place.free();
        },
      });
      return guest;
    },
  };
}
