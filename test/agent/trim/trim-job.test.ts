import type { LayerLimits } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { runTrim } from '../../../agent/src/trim/trim-job.ts';
import { trimIdOf } from '../../collector/conduct/trims/trim-examples.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { PLAN } from './trim-samples.ts';

const on = (mount: string, isHolder: boolean) => ({ mount, kind: 'ext4', disks: ['sda'], isHolder, again: null });

/** A trim of these, with what was run in its order; what layers say of discards changes with the first fstrim. */
async function trim(filesystems: readonly ReturnType<typeof on>[]) {
  const ran: string[] = [];
  const sayMode = ({ name, provisioningMode }: { name: string; provisioningMode: string }): LayerLimits => ({
    name,
    discard: { granularityBytes: 0, maxBytes: 0, maxHwBytes: 0, alignmentBytes: 0 },
    provisioningMode,
  });
  const report = await runTrim({
    trim: { id: trimIdOf(1), trigger: 'requested', requestId: null, granted: true },
    plan: { ...PLAN, filesystems },
    commands: {
      has: async () => true,
      async run({ file, args }) {
        ran.push([file, ...args].join(' '));
        return { kind: 'ended', exitCode: 0, stdout: `${args.at(-1)}: 4096 bytes trimmed\n`, stderr: '' };
      },
    },
    readCounters: async () => ({}),
    readLimits: async (names) =>
      names.map((name) =>
        sayMode({ name, provisioningMode: ran.some((line) => line.startsWith('fstrim')) ? 'disabled' : 'unmap' }),
      ),
    clock: createTestClock(),
    signal: new AbortController().signal,
    onStarted: async () => {},
    onFilesystem: async () => {},
    onProgress: () => {},
    onSync: () => () => {},
  });
  return { ran, report };
}

describe('a trim', () => {
  it('syncs all first, and what holds the file of another once more before its own turn', async () => {
    const { ran } = await trim([on('/inner', false), on('/outer', true)]);
    expect(ran).toEqual(['sync -f /inner', 'sync -f /outer', 'fstrim -v /inner', 'sync -f /outer', 'fstrim -v /outer']);
  });

  it('reports what the layers say of discards after the last one', async () => {
    const { report } = await trim([on('/', false)]);
    expect(report.limitsAfter.map(({ name, provisioningMode }) => [name, provisioningMode])).toEqual([
      ['sda1', 'disabled'],
      ['sda', 'disabled'],
    ]);
  });
});
