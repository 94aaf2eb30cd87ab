import { expect, it } from 'vitest';
import { CHANNEL_EVERY_MS, createChannelWatch } from '../../../agent/src/conduct/watch-channel.ts';
import { createTestClock } from '../../support/test-clock.ts';

const PING_MS = 15_000;

/** `onCheck`: in the middle of it. */
function open({ onCheck = () => {} }: { readonly onCheck?: (world: World) => void } = {}) {
  const world: World = { hasPort: false, isTrimming: false, checks: 0, wentOver: 0 };
  const clock = createTestClock();
  const watch = createChannelWatch({
    async hasChannel() {
      world.checks += 1;
      onCheck(world);
      return world.hasPort;
    },
    isAtRest: () => !world.isTrimming,
    goOver() {
      world.wentOver += 1;
    },
    clock,
  });
  const ping = async (times: number) => {
    for (let count = 0; count < times; count += 1) {
      clock.advance(PING_MS);
      await watch.pinged();
    }
  };
  return { world, ping };
}

interface World {
  hasPort: boolean;
  isTrimming: boolean;
  checks: number;
  wentOver: number;
}

it('a port is looked for once a minute, and gone over to when it is there', async () => {
  const { world, ping } = open();
  await ping((60 * 60_000) / PING_MS);
  expect([world.checks, world.wentOver]).toEqual([(60 * 60_000) / CHANNEL_EVERY_MS, 0]);
  world.hasPort = true;
  await ping(CHANNEL_EVERY_MS / PING_MS);
  expect(world.wentOver).toBe(1);
});

it('a trim that is under way goes on over the network, and the port is looked for when it has ended', async () => {
  const { world, ping } = open();
  world.hasPort = true;
  world.isTrimming = true;
  await ping(100);
  expect([world.checks, world.wentOver]).toEqual([0, 0]);
  world.isTrimming = false;
  await ping(1);
  expect(world.wentOver).toBe(1);
});

it('a trim that begins while it is looked is not left', async () => {
  const { world, ping } = open({
    onCheck(at) {
      at.isTrimming = true;
    },
  });
  world.hasPort = true;
  await ping(CHANNEL_EVERY_MS / PING_MS);
  expect([world.checks, world.wentOver]).toEqual([1, 0]);
});
