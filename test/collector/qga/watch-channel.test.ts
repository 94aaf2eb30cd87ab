import { expect, it } from 'vitest';
import type { Refusal } from '../../../collector/src/qga/faults.ts';
import { WATCH_MS, watchChannel } from '../../../collector/src/qga/socket/watch-channel.ts';
import { createTestClock } from '../../support/test-clock.ts';

/** What QEMU says at each question; when it was told of as gone, and whether anything is still planned. */
async function watch(says: readonly Refusal[], { endAfter = Number.POSITIVE_INFINITY } = {}) {
  const clock = createTestClock();
  let asked = 0;
  let goneAfter: number | null = null;
  const stop = watchChannel({
    channel: { kind: 'socket', path: '/run/qga.sock', qmpPaths: ['/run/qmp.sock'] },
    clock,
    whySilent: async () => {
      asked += 1;
      return { refusal: says[asked - 1] ?? 'silent' };
    },
    onGone: () => {
      goneAfter = asked;
    },
  });
  for (let turn = 1; turn <= 10; turn += 1) {
    if (turn > endAfter) stop();
    clock.advance(WATCH_MS);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { asked, goneAfter, armed: clock.armed() };
}

it('a qemu-ga that runs no more is told of once, and not watched on', async () => {
  expect(await watch(['silent', 'off', 'silent', 'not-running'])).toEqual({ asked: 4, goneAfter: 4, armed: 0 });
});

it('one that is paused, or of which nobody knows, is waited for', async () => {
  expect(await watch(['off', 'silent', 'off'])).toEqual({ asked: 10, goneAfter: null, armed: 1 });
});

it('nothing is asked once the trim is over', async () => {
  expect(await watch([], { endAfter: 3 })).toEqual({ asked: 3, goneAfter: null, armed: 0 });
});
