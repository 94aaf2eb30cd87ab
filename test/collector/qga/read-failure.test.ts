import { expect, it } from 'vitest';
import { readFailure } from '../../../collector/src/qga/socket/read-failure.ts';
import type { WhySilent } from '../../../collector/src/qga/socket/why-silent.ts';

const BUSY = { kind: 'failed', failure: 'busy', cause: 'somebody else is connected to it' } as const;
const CHANNEL = { kind: 'socket', path: '/run/web-1.qga', qmpPaths: [] } as const;

const read = (why: Awaited<ReturnType<WhySilent>>) =>
  readFailure({ failed: BUSY, channel: CHANNEL, whySilent: async () => why });

it('calls a paused guest paused, whoever is connected: it answers nobody', async () => {
  expect(await read({ refusal: 'off', cause: 'the guest is paused' })).toEqual({
    refusal: 'off',
    cause: 'the guest is paused',
  });
});

it('calls one that runs busy, whatever else QEMU knows of it', async () => {
  expect(await read({ refusal: 'silent' })).toEqual({ refusal: 'busy', cause: BUSY.cause });
  expect(await read({ refusal: 'not-running' })).toEqual({ refusal: 'busy', cause: BUSY.cause });
});
