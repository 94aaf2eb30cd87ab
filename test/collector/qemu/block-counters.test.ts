import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseBlockStats, toQemuCounters } from '../../../collector/src/qemu/block-counters.ts';
import { NO_JOBS } from '../../../collector/src/qemu/block-jobs.ts';
import { parseCommandLine } from '../../../collector/src/qemu/command-line.ts';
import { readArgv } from './read-argv.ts';

// Captured from QEMU 7.2 with the command line of all-buses.txt after `qemu-io -d DEVICE "discard 0 1M"` on every
// device.
const readCapture = (view: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/qmp/all-buses.${view}.json`, import.meta.url), 'utf8'));

const MIB = 1024 * 1024;
const { disks } = parseCommandLine({ argv: readArgv('all-buses'), cwd: '/images' });
const devices = parseBlockStats(readCapture('devices'));
const nodes = parseBlockStats(readCapture('nodes'));

const countAll = (list: typeof devices) =>
  Object.fromEntries(disks.map((disk) => [disk.id, toQemuCounters({ jobs: NO_JOBS, devices: list, nodes, disk })]));

describe('toQemuCounters', () => {
  it('passes exactly where every node was told unmap, on every bus and in every form', () => {
    const passed = Object.entries(countAll(devices)).map(([id, counters]) => [id, counters?.passedBytes]);
    expect(Object.fromEntries(passed)).toEqual({
      va: MIB,
      'b-format': 0,
      sc: MIB,
      'd-throttle': 0,
      nv: MIB,
      sata0: MIB,
      virtio0: MIB,
      'ide0-hd0': 0,
      'ide1-hd0': MIB,
    });
    const told = disks.map((disk) => [disk.id, disk.nodes.every(({ discard }) => discard === 'unmap') ? MIB : 0]);
    expect(Object.fromEntries(passed)).toEqual(Object.fromEntries(told));
  });

  it('reads received bytes only where QEMU counts them, and null elsewhere, never 0', () => {
    const received = parseBlockStats(
      (readCapture('devices') as { stats: object }[]).map((device) => ({
        ...device,
        stats: { ...device.stats, unmap_bytes: 4096 },
      })),
    );
    const counted = Object.entries(countAll(received)).map(([id, counters]) => [id, counters?.receivedBytes]);
    expect(Object.fromEntries(counted)).toEqual({
      va: null,
      'b-format': null,
      sc: 4096,
      'd-throttle': 4096,
      nv: null,
      sata0: 4096,
      virtio0: null,
      'ide0-hd0': 4096,
      'ide1-hd0': 4096,
    });
  });

  it('takes the file node from the node view when the device view has no chain', () => {
    const bare = devices.map(({ parent: _, ...device }) => device);
    const disk = disks.find(({ id }) => id === 'sc');
    if (disk === undefined) throw new Error('the fixture lost its disk sc');
    expect(toQemuCounters({ jobs: NO_JOBS, devices: bare, nodes, disk })?.passedBytes).toBe(MIB);
    expect(toQemuCounters({ jobs: NO_JOBS, devices: bare, nodes: [], disk })?.passedBytes).toBeNull();
  });

  it('has no counters for a device that is gone', () => {
    const [disk] = disks;
    if (disk === undefined) throw new Error('the fixture has no disks');
    expect(toQemuCounters({ jobs: NO_JOBS, devices: [], nodes, disk })).toBeNull();
  });

  it('refuses an answer that is not block statistics', () => {
    expect(() => parseBlockStats([{ device: 'a', stats: { wr_bytes: -1 } }])).toThrow('Expected >=0');
    expect(() => parseBlockStats({ class: 'GenericError' })).toThrow();
  });
});
