import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  type FromGuest,
  type FromHost,
  fromGuestCodec,
  fromHostCodec,
  type Inventory,
  type RequestId,
  SUBPROTOCOL,
  SUPPORTED,
  type TrimId,
  type TrimReport,
  UNPROVEN,
} from '@trimtab/protocol';
import { WebSocket } from 'ws';
import { aDisk } from '../../collector/correlate/examples.ts';
import { aFilesystem, aLayer, GIB } from '../../collector/diagnose/examples.ts';

/** A guest of the fleet, as the collector's configuration may name it. */
export interface FleetGuest {
  readonly name: string;
  readonly uuid: string;
}

export interface FleetAgent {
  readonly guest: FleetGuest;
  /** The reports that were acknowledged. */
  readonly acknowledged: ReadonlySet<TrimId>;
  /** Sends the report of a trim that nobody asked for. */
  report(): TrimId;
  close(): void;
}

const MOUNTS = ['/', '/home', '/var', '/boot', '/srv', '/tmp'] as const;

/** Of an ordinary guest, 2.5 KB: six filesystems on partitions of the first of two disks. */
export function fleetInventory(): Inventory {
  return {
    takenAt: Date.now(),
    filesystems: MOUNTS.map((mount, index) =>
      aFilesystem({ mount, devices: [`vda${index + 1}`], sizeBytes: 10 * GIB, usedBytes: 5 * GIB }),
    ),
    layers: [
      aLayer('vda'),
      aLayer('vdb'),
      ...MOUNTS.map((_, index) => aLayer(`vda${index + 1}`, { kind: 'partition', below: ['vda'] })),
    ],
    disks: [aDisk({ name: 'vda', sizeBytes: 64 * GIB }), aDisk({ name: 'vdb', sizeBytes: 8 * GIB })],
    swaps: [],
    fstrimTimer: 'disabled',
    unreached: null,
    hasFstrim: true,
    facts: null,
  };
}

/**
 * An agent by its words on a real socket, from an address of its own: it answers a look with its inventory, and a
 * request with a trim that is over at once. Resolves when it is welcome and has announced itself.
 */
export async function connectFleetAgent({
  port,
  guest,
  index,
}: {
  readonly port: number;
  readonly guest: FleetGuest;
  readonly index: number;
}): Promise<FleetAgent> {
  const localAddress = `127.0.${1 + (index >> 7)}.${1 + (index & 127)}`;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/agent`, SUBPROTOCOL, { localAddress, perMessageDeflate: false });
  const acknowledged = new Set<TrimId>();
  const inventory = fleetInventory();
  const asked = new Map<TrimId, RequestId>();
  const say = (message: FromGuest) => socket.send(fromGuestCodec.encode(message));
  function answer(message: FromHost): void {
    switch (message.type) {
      case 'look':
        say({ type: 'inventory', inventory: { ...inventory, takenAt: Date.now() } });
        break;
      case 'request': {
        const { requestId } = message;
        const trimId = randomUUID() as string as TrimId;
        asked.set(trimId, requestId);
        say({ type: 'intent', trimId, trigger: 'requested', requestId, mounts: ['/'] });
        break;
      }
      case 'grant': {
        const { trimId } = message;
        const requestId = asked.get(trimId) ?? null;
        say({ type: 'started', trimId, startedAt: Date.now() });
        say({ type: 'report', report: toReport({ trimId, requestId, granted: true }) });
        break;
      }
      case 'acknowledged':
        acknowledged.add(message.trimId);
    }
  }
  const welcome = new Promise<void>((resolve, reject) => {
    socket.on('message', (frame: Buffer) => {
      const decoded = fromHostCodec.decode(frame);
      if (decoded.kind !== 'message') return reject(new Error(decoded.reason));
      const { message } = decoded;
      if (message.type === 'welcome') return resolve();
      answer(message);
    });
    socket.once('close', (code, reason) => reject(new Error(`${guest.name} was closed with ${code} ${reason}`)));
    socket.once('error', reject);
  });
  await Promise.race([once(socket, 'open'), welcome]);
  const identity = { hostname: guest.name, productUuid: guest.uuid, machineId: null, bootId: randomUUID() };
  say({ type: 'hello', ...UNPROVEN, versions: SUPPORTED, agentVersion: '0.2.0', guest: identity });
  await welcome;
  say({ type: 'inventory', inventory });
  return {
    guest,
    acknowledged,
    report() {
      const trimId = randomUUID() as string as TrimId;
      say({ type: 'report', report: toReport({ trimId, requestId: null, granted: false }) });
      return trimId;
    },
    close: () => socket.terminate(),
  };
}

/** Of a trim of the root filesystem, which lies on the first disk. */
export function toReport(trim: {
  readonly trimId: TrimId;
  readonly requestId: RequestId | null;
  readonly granted: boolean;
}): TrimReport {
  const { trimId, requestId, granted } = trim;
  const before = { discardedBytes: 0, writtenBytes: 0 };
  const after = { discardedBytes: 1_000_000, writtenBytes: 0 };
  return {
    id: trimId,
    trigger: requestId === null ? 'scheduled' : 'requested',
    requestId,
    granted,
    startedAt: Date.now(),
    durationMs: 100,
    filesystems: [
      {
        mount: '/',
        kind: 'ext4',
        disks: ['vda'],
        durationMs: 100,
        again: false,
        outcome: { status: 'done', trimmedBytes: 1_000_000 },
      },
    ],
    layers: ['vda', 'vda1'].map((name) => ({ name, before, after })),
    limitsAfter: [],
  };
}
