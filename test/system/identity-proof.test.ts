import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageRow } from '../../collector/src/model/status.ts';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../support/programs/guest-agent.ts';
import { allMatched, readTruth, toTruth, useNamedImages } from './named-images.ts';

// Which image stands behind which disk, by reading, on a real guest. Needs root, qemu-system-x86 and the built
// programs.

const { at, extraDisk, untilRows } = useNamedImages();

/** Buses of an expander bridge have numbers of their own, so a path from there is none that both sides have. */
describe('a guest with three equal disks without serials behind an expander bridge, where no key decides', () => {
  const RUNS = 10;
  let guest: Guest;

  beforeAll(async () => {
    const ports = ['a', 'b', 'c'].flatMap((port, index) => [
      '-device',
      `pcie-root-port,id=port-${port},bus=expander,chassis=${index + 1},addr=0x${index}`,
    ]);
    guest = await startGuest({
      name: 'id-pxb',
      directory: at('pxb'),
      machine: 'q35',
      memoryMiB: 256,
      disks: [],
      files: AGENT_FILES,
      qemuArguments: [
        ...['-device', 'pxb-pcie,id=expander,bus_nr=64,bus=pcie.0', ...ports],
        ...(await extraDisk({ id: 'id-third', device: 'virtio-blk-pci,bus=port-b' })),
        ...(await extraDisk({ id: 'id-first', device: 'virtio-blk-pci,bus=port-c' })),
        ...(await extraDisk({ id: 'id-second', device: 'virtio-blk-pci,bus=port-a' })),
      ],
    });
  });

  afterAll(() => guest?.stop());

  async function withAgent(collector: CollectorUnderTest, use: () => Promise<void>): Promise<void> {
    const agent = agentCommand({ port: collector.agentPort }).replace(/^exec /, '');
    await guest.mustRun(`${agent} >/run/agent.log 2>&1 & echo $! >/run/agent.pid`);
    try {
      await collector.untilConnected({ guest: 'id-pxb', movement: guest.movement });
      await use();
    } finally {
      await guest.mustRun('kill $(cat /run/agent.pid)');
    }
  }

  const startCollector = (name: string, port = 0) => startCollectorProgram({ directory: at(`pxb-${name}`), port });

  it(`is proven by reading, right every time of ${RUNS}`, async () => {
    const truth = await readTruth(guest);
    expect(Object.keys(truth)).toHaveLength(3);
    const check = async (collector: CollectorUnderTest) => {
      const rows = await untilRows(collector, allMatched(3));
      expect(toTruth(rows)).toEqual(truth);
      expect(rows.map(({ matchedBy }) => matchedBy)).toEqual(['behaviour', 'behaviour', 'behaviour']);
    };
    // A collector that starts knows nothing; an agent takes longer to start, and waits longer with each connection that
    // is lost.
    for (let run = 0; run < RUNS; ) {
      const first = await startCollector(`run-${run}`);
      await withAgent(first, async () => {
        await check(first);
        await first[Symbol.asyncDispose]();
        for (run += 1; run < RUNS && run % 4 !== 0; run += 1) {
          await using next = await startCollector(`run-${run}`, first.agentPort);
          await next.untilConnected({ guest: 'id-pxb', movement: guest.movement });
          await check(next);
        }
      });
    }
  });

  it('is proven while it reads its disks for other reasons, or stays unmatched; never wrong', async () => {
    const truth = await readTruth(guest);
    const [busy = ''] = Object.keys(truth);
    await guest.mustRun(
      `(while :; do dd if=/dev/${busy} of=/dev/null bs=64k count=64 iflag=direct 2>/dev/null; done) & echo $! >/run/busy.pid`,
    );
    try {
      await using collector = await startCollector('busy');
      await withAgent(collector, async () => {
        const isSettled = (rows: readonly ImageRow[]) =>
          rows.length === 3 &&
          rows.every(({ device, unmatched }) => device !== null || !/under way/.test(unmatched ?? ''));
        for (const row of await untilRows(collector, isSettled)) {
          if (row.device !== null) expect(truth).toMatchObject(toTruth([row]));
          else expect(row.unmatched).toContain('reading did not tell');
        }
      });
    } finally {
      await guest.mustRun('kill $(cat /run/busy.pid)');
    }
  });

  it('stays unmatched, because QEMU cannot be asked, when somebody else holds its monitor', async () => {
    const holder = connect(guest.qmpSocket);
    await new Promise((resolve) => holder.once('data', resolve));
    try {
      await using collector = await startCollector('held');
      await withAgent(collector, async () => {
        const hasReason = (rows: readonly ImageRow[]) =>
          rows.length === 3 && rows.every(({ unmatched }) => unmatched !== null && !/under way/.test(unmatched));
        const rows = await untilRows(collector, hasReason);
        expect(rows.map(({ device }) => device)).toEqual([null, null, null]);
        for (const { unmatched } of rows)
          expect(unmatched).toMatch(
            /not vd[a-z]: 3 disks of its size.*reading did not tell: cannot ask QEMU.*(no greeting|others wait)/,
          );
      });
    } finally {
      holder.destroy();
    }
  });
});
