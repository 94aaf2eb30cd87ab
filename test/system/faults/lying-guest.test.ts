import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CLOSE_CODES,
  type FromGuest,
  type FromHost,
  fromGuestCodec,
  fromHostCodec,
  type Inventory,
  SUBPROTOCOL,
  SUPPORTED,
  type TrimReport,
  UNPROVEN,
} from '@trimtab/protocol';
import { Packr } from 'msgpackr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { DiskResult, TrimResult } from '../../../collector/src/model/trim-result.ts';
import { aDisk } from '../../collector/correlate/examples.ts';
import { aFilesystem, aLayer } from '../../collector/diagnose/examples.ts';
import { type PausedQemu, startPausedQemu } from '../../collector/host/paused-qemu.ts';
import { fillFile } from '../../support/fill-file.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';
import { toWireReport } from '../../support/programs/wire-peer.ts';
import { waitWhileMoving } from '../../support/waiting/wait-while-moving.ts';

// A real collector and a real QEMU with a disk of 1 GiB that holds 64 MiB. Its guest's processors never run: all that
// an agent says of it is made up here.
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const UUID = randomUUID();
const SERIAL = 'the-disk';

let directory: string;
let collector: CollectorUnderTest;
let qemu: PausedQemu;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-lies-'));
  await fillFile(join(directory, 'disk.raw'), { bytes: 64 * MIB, lengthBytes: GIB });
  const unmap = { discard: 'unmap', 'auto-read-only': false };
  const file = { driver: 'file', 'node-name': 'disk-file', filename: 'disk.raw', ...unmap };
  const format = { driver: 'raw', 'node-name': 'disk-format', file: 'disk-file', ...unmap };
  qemu = await startPausedQemu({
    folder: directory,
    machine: 'pc',
    args: [
      ...['-name', 'liar', '-uuid', UUID],
      ...['-blockdev', JSON.stringify(file), '-blockdev', JSON.stringify(format)],
      ...['-device', `virtio-blk-pci,id=disk,drive=disk-format,serial=${SERIAL}`],
    ],
  });
  collector = await startCollectorProgram({ directory });
});

afterAll(async () => {
  await qemu?.kill();
  await collector?.program.stop();
  await rm(directory, { recursive: true, force: true });
});

interface Lie {
  readonly trimmedBytes?: number;
  readonly issuedBytes?: number;
  /** Of the disk, by the guest's inventory. */
  readonly sizeBytes?: number;
  /** Reports a trim that this host never granted. */
  readonly unasked?: boolean;
  /** What the host really does while the guest says that it trims. */
  readonly meanwhile?: () => Promise<unknown>;
}

/** One agent's life: it greets, announces, trims and reports as it likes; what the collector made of that. */
async function lie(said: Lie): Promise<DiskResult> {
  const agent = await connectAgent(said.sizeBytes ?? GIB);
  try {
    const report = toReport(said);
    if (said.unasked !== true) {
      agent.say({ type: 'intent', trimId: report.id, trigger: 'scheduled', requestId: null, mounts: ['/srv'] });
      await agent.hears('grant');
      agent.say({ type: 'started', trimId: report.id, startedAt: Date.now() });
    }
    await said.meanwhile?.();
    agent.say({ type: 'report', report });
    await agent.hears('acknowledged');
    const trim = (await collector.history()).find(({ id }) => id === report.id) as TrimResult;
    expect(trim.disks).toHaveLength(1);
    return trim.disks[0] as DiskResult;
  } finally {
    await agent.leave();
  }
}

describe('a guest that lies changes its own record, and the host says what it saw', () => {
  it('of more discarded than its disk has', async () => {
    const disk = await lie({ issuedBytes: 9 * 1024 * GIB });
    expect(disk.hops).toMatchObject({ issuedBytes: 9 * 1024 * GIB, passedBytes: 0, reclaimedBytes: 0 });
    expect(disk.verdict).not.toBe('reclaimed');
    expect(disk.verdict).not.toBe('lost');
    expect(disk.contradictions).toEqual([
      { fact: 'issued', value: `the guest says ${9 * 1024 * GIB} bytes, and its disk has ${GIB}` },
    ]);
  });

  it('of more trimmed than its disk has', async () => {
    const disk = await lie({ trimmedBytes: 8 * GIB, issuedBytes: 0 });
    expect(disk.contradictions).toEqual([
      { fact: 'trimmed', value: `the guest says ${8 * GIB} bytes, and its disk has ${GIB}` },
    ]);
    expect(disk.verdict).not.toBe('reclaimed');
  });

  it('of nothing discarded, while the host gets 16 MiB back', async () => {
    const disk = await lie({
      issuedBytes: 0,
      meanwhile: () => qemu.monitor('qemu-io -d /machine/peripheral/disk/virtio-backend "discard 0 16M"'),
    });
    expect(disk).toMatchObject({ verdict: 'reclaimed', hops: { issuedBytes: 0, reclaimedBytes: 16 * MIB } });
    expect(disk.contradictions).toEqual([
      { fact: 'issued', value: `the guest says 0 bytes, and ${16 * MIB} arrived at the host` },
    ]);
  });

  it('of a trim that nobody asked for and this host never granted', async () => {
    const disk = await lie({ issuedBytes: 512 * MIB, unasked: true });
    expect(disk.verdict).toBe('inconclusive');
    expect(disk.contradictions).toEqual([
      { fact: 'granted', value: 'the guest says that this host granted the trim, and it granted none' },
    ]);
  });

  it('of another disk than it has', async () => {
    expect(await lie({ sizeBytes: 5 * GIB })).toMatchObject({ verdict: 'inconclusive', image: null, matchedBy: null });
  });

  it('of less than nothing: that is no message', async () => {
    const agent = await connectAgent(GIB);
    const report = toReport({});
    const [filesystem] = report.filesystems;
    const negative = { ...report, filesystems: [{ ...filesystem, outcome: { status: 'done', trimmedBytes: -1 } }] };
    expect(await agent.sendRaw({ type: 'report', report: negative })).toBe(CLOSE_CODES.badFrame);
    expect((await collector.history()).map(({ id }) => id)).not.toContain(report.id);
  });
});

function toReport({ trimmedBytes = 512 * MIB, issuedBytes = trimmedBytes }: Lie): TrimReport {
  const report = toWireReport({ granted: true });
  return {
    ...report,
    filesystems: report.filesystems.map((each) => ({ ...each, outcome: { status: 'done', trimmedBytes } })),
    layers: report.layers.map((each) => ({ ...each, after: { discardedBytes: issuedBytes, writtenBytes: 0 } })),
  };
}

async function connectAgent(sizeBytes: number) {
  const socket = new WebSocket(`ws://127.0.0.1:${collector.agentPort}/agent`, SUBPROTOCOL);
  const heard: FromHost[] = [];
  socket.on('error', () => {});
  socket.on('message', (frame: Buffer) => {
    const decoded = fromHostCodec.decode(frame);
    if (decoded.kind === 'message') heard.push(decoded.message);
  });
  const closed = once(socket, 'close');
  await once(socket, 'open');
  const say = (message: FromGuest) => socket.send(fromGuestCodec.encode(message));
  const hears = (type: FromHost['type']) =>
    waitWhileMoving({
      what: `the guest hears ${type}`,
      movement: collector.program.movement,
      find: () => heard.some((message) => message.type === type) || null,
    });
  const guest = { hostname: 'liar', productUuid: UUID, machineId: null, bootId: null };
  say({ type: 'hello', ...UNPROVEN, versions: SUPPORTED, agentVersion: '0.0.0-test', guest });
  await hears('welcome');
  say({ type: 'inventory', inventory: toInventory(sizeBytes) });
  return {
    say,
    hears,
    /** Past our own codec, which would refuse it; the code that the collector closes with. */
    async sendRaw(message: unknown): Promise<number> {
      socket.send(new Packr({ useRecords: false }).pack(message));
      const [code] = await closed;
      return code as number;
    },
    async leave() {
      socket.close();
      await closed;
    },
  };
}

function toInventory(sizeBytes: number): Inventory {
  return {
    takenAt: Date.now(),
    swaps: [],
    fstrimTimer: null,
    hasFstrim: null,
    unreached: null,
    facts: null,
    // Full, so that nothing could be in excess.
    filesystems: [aFilesystem({ devices: ['vda'], sizeBytes: 900 * MIB, usedBytes: 900 * MIB })],
    layers: [aLayer('vda', { sizeBytes })],
    disks: [aDisk({ name: 'vda', sizeBytes, driver: 'virtio_blk', serial: SERIAL })],
  };
}
