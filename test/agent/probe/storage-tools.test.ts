import { describe, expect, it } from 'vitest';
import { createStorageTools } from '../../../agent/src/io/storage-tools.ts';
import type { CommandResult, Commands } from '../../../agent/src/ports/commands.ts';
import { device, mountinfo, partition, ROOT, STILL, tree, unreached, VDA } from './unreached-guest.ts';

describe('a program that does not answer', () => {
  const never = () => new Promise<null>(() => {});
  const VDB = device({ name: 'vdb', number: '254:16' });
  const atOnce = (_: number, call: () => void) => {
    setImmediate(call);
    return () => {};
  };

  it('does not keep the rest from being told', async () => {
    const mounts = { files: mountinfo(ROOT, '40 27 0:40 / /srv rw - btrfs /dev/vda1 rw'), links: {} };
    const tools = { physicalVolumes: never, snapshots: never };
    const vda1 = partition({ name: 'vda1', number: '254:1', start: 300, size: 723 });
    const found = await unreached(tree(VDA, vda1, VDB, mounts), { tools, clock: { ...STILL, after: atOnce } });
    expect(found.map(({ type }) => type)).toEqual(['free-range']);
  });

  it('is waited for no longer than its patience, and not asked again while it hangs', async () => {
    let asked = 0;
    const ended = Promise.withResolvers<CommandResult>();
    const signals: (AbortSignal | undefined)[] = [];
    const commands: Commands = {
      has: async () => true,
      run({ signal }) {
        asked += 1;
        signals.push(signal);
        return ended.promise;
      },
    };
    const tools = createStorageTools({ commands, patienceMs: 2_000, clock: { after: atOnce } });
    expect(await tools.physicalVolumes()).toBeNull();
    expect(signals[0]?.aborted).toBe(true);
    expect(await tools.physicalVolumes()).toBeNull();
    expect(asked).toBe(1);
    ended.resolve({ kind: 'missing' });
    await ended.promise;
    await expect.poll(() => tools.physicalVolumes()).toBe('');
  });
});
