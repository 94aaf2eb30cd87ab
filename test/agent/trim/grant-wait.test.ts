import { describe, expect, it } from 'vitest';
import { type GrantAnswer, waitForGrant } from '../../../agent/src/trim/grant-wait.ts';
import { createTestClock } from '../../support/test-clock.ts';

function start(downForMs: number | null) {
  const clock = createTestClock();
  const abort = new AbortController();
  const wait = waitForGrant({ clock, patienceMs: 30_000, downForMs, signal: abort.signal });
  let answer: GrantAnswer | null = null;
  void wait.answer.then((given) => {
    answer = given;
  });
  return { clock, abort, wait, answer: read };

  async function read(): Promise<GrantAnswer | null> {
    await Promise.resolve();
    return answer;
  }
}

describe('waiting for a grant', () => {
  it('lasts as long as the host likes while the link is up', async () => {
    const { clock, wait, answer } = start(null);
    clock.advance(86_400_000);
    expect(await answer()).toBeNull();
    wait.grant();
    expect(await answer()).toBe('granted');
  });

  it('ends once the link was down for as long as patience lasts', async () => {
    const { clock, wait, answer } = start(null);
    wait.linkDown();
    clock.advance(29_999);
    expect(await answer()).toBeNull();
    clock.advance(1);
    expect(await answer()).toBe('alone');
  });

  it('begins anew when the link came back in between', async () => {
    const { clock, wait, answer } = start(null);
    wait.linkDown();
    clock.advance(20_000);
    wait.linkUp();
    clock.advance(60_000);
    wait.linkDown();
    clock.advance(29_999);
    expect(await answer()).toBeNull();
    clock.advance(1);
    expect(await answer()).toBe('alone');
  });

  it('counts the time that the link was down before', async () => {
    const { clock, answer } = start(25_000);
    clock.advance(4_999);
    expect(await answer()).toBeNull();
    clock.advance(1);
    expect(await answer()).toBe('alone');
  });

  it('ends when the trim is called off', async () => {
    const { abort, clock, answer } = start(0);
    abort.abort('enough');
    expect(await answer()).toBe('cancelled');
    clock.advance(60_000);
    expect(await answer()).toBe('cancelled');
    expect(clock.armed()).toBe(0);
  });
});
