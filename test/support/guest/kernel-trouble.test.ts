import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { bootTrouble, consoleLength } from './kernel-trouble.ts';

const BROKEN_KERNEL = `[   30.428298] usercopy: Kernel memory exposure attempt detected from page alloc (offset 2096492, size 65483)!
[   30.429144] ------------[ cut here ]------------
[   30.429275] kernel BUG at mm/usercopy.c:101!
[   30.429922] invalid opcode: 0000 [#1] PREEMPT SMP NOPTI
`;

it('a guest whose kernel broke moves no more, and what the kernel said is the reason', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trimtab-kernel-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'console.log');
  const gauge = consoleLength({ guest: 'web-1', path });
  await writeFile(path, 'init: ready\n');
  expect(gauge.read()).toBe(12);
  await writeFile(path, BROKEN_KERNEL);
  expect(gauge.read).toThrow(
    /web-1 broke:\n.*usercopy: .*exposure attempt.*\n.*\n.*kernel BUG at mm\/usercopy\.c:101!$/,
  );
});

it('a guest that never boots is told by what its console says', () => {
  expect(bootTrouble('[ 0.9] Kernel panic - not syncing: VFS\n[ 1.0] more')).toBe(
    '[ 0.9] Kernel panic - not syncing: VFS',
  );
  expect(bootTrouble('initrd: no disk trimtab-root\n')).toBe('initrd: no disk trimtab-root');
  expect(bootTrouble('[ 0.9] Kernel command line: quiet')).toBeNull();
});
