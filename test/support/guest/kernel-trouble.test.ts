import { expect, it } from 'vitest';
import { bootTrouble, consoleLength } from './kernel-trouble.ts';

const BROKEN = `[   30.428298] usercopy: Kernel memory exposure attempt detected from page alloc (offset 2096492, size 65483)!
[   30.429144] ------------[ cut here ]------------
[   30.429275] kernel BUG at mm/usercopy.c:101!
[   30.429922] invalid opcode: 0000 [#1] PREEMPT SMP NOPTI
`;

it('a guest whose kernel broke moves no more, and what the kernel said is the reason', () => {
  const gauge = consoleLength({ guest: 'web-1', readConsole: () => BROKEN });
  expect(gauge.read).toThrow(
    /web-1 broke:\n.*usercopy: .*exposure attempt.*\n.*\n.*kernel BUG at mm\/usercopy\.c:101!$/,
  );
  expect(consoleLength({ guest: 'web-1', readConsole: () => 'init: ready\n' }).read()).toBe(12);
});

it('a guest that never boots is told by what its console says', () => {
  expect(bootTrouble('[ 0.9] Kernel panic - not syncing: VFS\n[ 1.0] more')).toBe(
    '[ 0.9] Kernel panic - not syncing: VFS',
  );
  expect(bootTrouble('initrd: no disk trimtab-root\n')).toBe('initrd: no disk trimtab-root');
  expect(bootTrouble('[ 0.9] Kernel command line: quiet')).toBeNull();
});
