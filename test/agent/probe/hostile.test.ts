import { inventorySchema } from '@trimtab/protocol';
import { findGuestCauses } from '@trimtab/protocol/causes';
import { toPlain } from '@trimtab/protocol/shared';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { formatExplanation } from '../../../agent/src/cli/explain-view.ts';
import { formatProbe } from '../../../agent/src/cli/probe-view.ts';
import { NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import type { KernelFiles } from '../../../agent/src/ports/kernel-files.ts';
import { readLayerCounters } from '../../../agent/src/probe/counters.ts';
import { readGuestIdentity } from '../../../agent/src/probe/identity.ts';
import { takeInventory } from '../../../agent/src/probe/probe.ts';
import { guestIdentitySchema } from '../../../protocol/src/wire/model/guest.ts';

const MOUNTINFO = [
  '27 1 254:0 / / rw - ext4 /dev/vda rw',
  '30 27 0:30 / /b rw - btrfs /dev/root rw',
  '31 27 0:31 / /c rw - bcachefs /dev/a:/dev/mapper/b rw',
  '32 27 0:32 / /d rw - overlay o rw,upperdir=/b/../c',
  `33 27 0:33 / /e rw - zfs ${'p'.repeat(5000)} rw`,
].join('\n');

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '0',
    '1',
    '-1',
    '18446744073709551615',
    '9007199254740993',
    '',
    '\n',
    'x'.repeat(9000),
    '\u001b[2J\0',
  ),
);
const names = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).map((name) => name.replaceAll('/', '!')),
  fc.constantFrom('vda', 'dm-0', 'md0', 'loop0', 'nvme0', '..', '.', '0:0:0:99999999999', 'n'.repeat(255)),
);
const paths = fc.array(names, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`);

/** A kernel that answers every question with something, the same question always with the same. */
const kernels: fc.Arbitrary<KernelFiles> = fc
  .record({
    text: fc.func(fc.option(texts)),
    bytes: fc.func(fc.option(fc.uint8Array({ maxLength: 400 }))),
    list: fc.func(fc.array(names, { maxLength: 4 })),
    resolve: fc.func(fc.option(paths)),
    mountinfo: fc.oneof(fc.constant(MOUNTINFO), texts),
  })
  .map(({ text, bytes, list, resolve, mountinfo }) => ({
    readText: async (path) => (path === '/proc/self/mountinfo' ? mountinfo : text(path)),
    readBytes: async (path) => bytes(path),
    list: async (path) => list(path),
    resolve: async (path) => resolve(path),
    space: async () => null,
  }));

describe('a /sys that makes no sense', () => {
  it('never makes the probe throw or say what the wire refuses', async () => {
    await fc.assert(
      fc.asyncProperty(kernels, async (files) => {
        const inventory = await takeInventory({
          files,
          mapper: NO_DEVICE_MAPPER,
          now: 0,
          facts: null,
          hasFstrim: null,
        });
        expect(v.parse(inventorySchema, inventory)).toEqual(inventory);
        const identity = await readGuestIdentity({ files });
        expect(v.parse(guestIdentitySchema, identity)).toEqual(identity);
        await readLayerCounters({ files, names: inventory.layers.map(({ name }) => name) });
        // Nothing a name holds may reach the terminal as a command to it.
        expect(formatProbe(toPlain({ inventory, identity, isRoot: false, width: 80 }))).not.toMatch(/[^\P{Cc}\n]/u);
        const findings = findGuestCauses(inventory);
        expect(formatExplanation(toPlain({ inventory, identity, findings, width: 80 }))).not.toMatch(/[^\P{Cc}\n]/u);
      }),
      { numRuns: 150 },
    );
  });

  it('gives an empty inventory where there is nothing to read', async () => {
    const files: KernelFiles = {
      readText: async () => null,
      readBytes: async () => null,
      list: async () => [],
      resolve: async () => null,
      space: async () => null,
    };
    const inventory = await takeInventory({ files, mapper: NO_DEVICE_MAPPER, now: 7, facts: null, hasFstrim: null });
    expect(inventory).toEqual({
      takenAt: 7,
      filesystems: [],
      layers: [],
      disks: [],
      swaps: [],
      fstrimTimer: null,
      unreached: null,
      hasFstrim: null,
      facts: null,
    });
    expect(await readGuestIdentity({ files })).toEqual({
      hostname: '(none)',
      productUuid: null,
      machineId: null,
      bootId: null,
    });
  });
});
