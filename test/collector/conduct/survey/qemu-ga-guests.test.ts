import { Fault } from '@trimtab/protocol/shared';
import { beforeEach, describe, expect, it } from 'vitest';
import { createQemuGaGuests, KEPT_MS, OVERVIEW_MS } from '../../../../collector/src/conduct/survey/qemu-ga-guests.ts';
import type { Domain } from '../../../../collector/src/model/domain.ts';
import type { GuestAgentAnswer } from '../../../../collector/src/ports/guest-agent.ts';
import { createTestClock, type TestClock } from '../../../support/test-clock.ts';
import { aDomain } from '../../correlate/examples.ts';
import { quiet } from '../trims/trims-world.ts';

const domainAt = ({ name, path }: { name: string; path: string }): Domain =>
  aDomain({ key: name, name, guestAgent: { kind: 'channel', channel: { kind: 'socket', path, qmpPaths: [] } } });
const WEB = domainAt({ name: 'web', path: '/run/web' });
const DB = domainAt({ name: 'db', path: '/run/db' });
const silent = (code: string): GuestAgentAnswer => ({
  kind: 'silent',
  fault: new Fault({ code, operation: 'ask', subject: 'it', cause: 'no', hint: null }),
});
const ANSWER: GuestAgentAnswer = {
  kind: 'answered',
  version: '7.2.22',
  allows: { fstrim: true, fsinfo: true },
  filesystems: [],
  disks: null,
  withheld: null,
};

let clock: TestClock;
/** The paths of each asking so far. */
let asked: string[][];
let answer: () => GuestAgentAnswer;
let pending: PromiseWithResolvers<void>[];
let isSlow: boolean;
let guests: ReturnType<typeof createQemuGaGuests>;
beforeEach(() => {
  clock = createTestClock();
  [asked, pending, isSlow] = [[], [], false];
  answer = () => ANSWER;
  guests = createQemuGaGuests({
    clock,
    guestAgents: {
      async ask(channels) {
        if (channels.length === 0) return [];
        asked.push(channels.map((channel) => (channel.kind === 'socket' ? channel.path : '')));
        const own = Promise.withResolvers<void>();
        pending.push(own);
        if (isSlow) await own.promise;
        return channels.map(answer);
      },
    },
  });
});

describe('what qemu-ga of the guests says', () => {
  it('is asked of those that run and have a channel', async () => {
    const held = aDomain({ key: 'held', guestAgent: { kind: 'held', why: 'libvirt has it', hint: '' } });
    const found = await guests.ask([WEB, { ...DB, isRunning: false }, held, aDomain({ key: 'bare' })], 0);
    expect([...found.keys()]).toEqual(['web']);
    expect(asked).toEqual([['/run/web']]);
  });

  it('may be some seconds old for an overview, and is asked anew for a trim', async () => {
    await guests.ask([WEB], OVERVIEW_MS);
    clock.advance(OVERVIEW_MS);
    await guests.ask([WEB], OVERVIEW_MS);
    expect(asked).toHaveLength(1);
    clock.advance(1);
    await guests.ask([WEB], OVERVIEW_MS);
    await guests.ask([WEB], 0);
    clock.advance(1);
    await guests.ask([WEB], 0);
    expect(asked).toHaveLength(3);
  });

  it('is asked once for all overviews that want it meanwhile, however long it takes', async () => {
    isSlow = true;
    const first = guests.ask([WEB], OVERVIEW_MS);
    await quiet();
    clock.advance(60_000);
    const others = [guests.ask([WEB, DB], OVERVIEW_MS), guests.ask([WEB], OVERVIEW_MS)];
    await quiet();
    expect(asked).toEqual([['/run/web'], ['/run/db']]);
    for (const { resolve } of pending) resolve();
    for (const found of await Promise.all([first, ...others])) expect(found.get('web')?.kind).toBe('answered');
    expect(asked).toHaveLength(2);
    isSlow = false;
    await guests.ask([WEB], OVERVIEW_MS);
    expect(asked).toHaveLength(3);
  });

  it('is asked by a trim for itself, whoever asks at that moment', async () => {
    isSlow = true;
    const overview = guests.ask([WEB], OVERVIEW_MS);
    await quiet();
    const trim = guests.ask([WEB], 0);
    await quiet();
    expect(asked).toEqual([['/run/web'], ['/run/web']]);
    for (const { resolve } of pending) resolve();
    await Promise.all([overview, trim]);
  });

  it('is asked again after an asking that failed', async () => {
    answer = () => {
      throw new Error('the store of sockets is full');
    };
    await expect(guests.ask([WEB], OVERVIEW_MS)).rejects.toThrow('full');
    answer = () => ANSWER;
    expect((await guests.ask([WEB], OVERVIEW_MS)).get('web')?.kind).toBe('answered');
  });

  it('is asked anew where the guest has another channel: it was started anew', async () => {
    await guests.ask([WEB], OVERVIEW_MS);
    await guests.ask([domainAt({ name: 'web', path: '/run/web-2' })], OVERVIEW_MS);
    expect(asked).toEqual([['/run/web'], ['/run/web-2']]);
  });

  it('stands while a trim of ours is under way, and so does what it allows', async () => {
    await guests.ask([WEB], 0);
    answer = () => silent('guest-agent-busy');
    clock.advance(60_000);
    expect((await guests.ask([WEB], 0)).get('web')?.kind).toBe('answered');
    answer = () => silent('guest-agent-off');
    expect((await guests.ask([WEB], 0)).get('web')?.kind).toBe('silent');
  });

  it('is known to who asks nobody, for a while', async () => {
    await guests.ask([WEB], 0);
    expect([...guests.known().keys()]).toEqual(['web']);
    clock.advance(KEPT_MS + 1);
    await guests.ask([DB], 0);
    expect([...guests.known().keys()]).toEqual(['db']);
  });
});
