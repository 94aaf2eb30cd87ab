import type { FromHost } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { createVisit, HELD_MS, LET_IN_MS, SILENCE_MS } from '../../../agent/src/conduct/visit.ts';
import type { Delivered } from '../../../agent/src/link/session-model.ts';
import { REQUEST_ID, TRIM_ID } from '../../protocol/example-messages.ts';
import { createTestClock } from '../../support/test-clock.ts';

const REST: FromHost & Delivered = { type: 'rest' };
const REQUEST: Delivered = { type: 'request', requestId: REQUEST_ID, mounts: null, cures: null };
const ACKNOWLEDGED: Delivered = { type: 'acknowledged', trimId: TRIM_ID };

function scene({ comesAgain = true } = {}) {
  const clock = createTestClock();
  const guest = { isTrimming: false, reportsWait: false };
  const visit = createVisit({
    comesAgain,
    isTrimming: () => guest.isTrimming,
    reportsWait: () => guest.reportsWait,
    clock,
  });
  let ended: string | null = null;
  void visit.over.then((end) => {
    ended = end;
  });
  const settled = async () => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    return ended;
  };
  return { clock, guest, visit, settled };
}

describe('a visit', () => {
  it('[P13] ends when the host has nothing for it, and not before', async () => {
    const { visit, settled } = scene();
    visit.linkUp(4);
    expect(await settled()).toBeNull();
    visit.heard(REST);
    expect(await settled()).toBe('done');
  });

  it('[P13] goes on when something comes after all, until the host says so again', async () => {
    const { visit, guest, settled } = scene();
    visit.linkUp(4);
    guest.isTrimming = true;
    visit.heard(REST);
    visit.heard(REQUEST);
    guest.isTrimming = false;
    guest.reportsWait = true;
    visit.trimEnded();
    expect(await settled()).toBeNull();
    guest.reportsWait = false;
    visit.heard(ACKNOWLEDGED);
    expect(await settled()).toBeNull();
    visit.heard(REST);
    expect(await settled()).toBe('done');
  });

  it('does not go while a report waits, though the host rests', async () => {
    const { visit, guest, clock, settled } = scene();
    guest.reportsWait = true;
    visit.linkUp(4);
    visit.heard(REST);
    clock.advance(HELD_MS - 1);
    expect(await settled()).toBeNull();
    clock.advance(1);
    expect(await settled()).toBe('put-off');
  });

  it('waits for what nobody else waits for', async () => {
    const { visit, settled } = scene();
    const work = Promise.withResolvers<void>();
    visit.during(work.promise);
    visit.linkUp(4);
    visit.heard(REST);
    expect(await settled()).toBeNull();
    work.reject(new Error('a disk that does not answer'));
    expect(await settled()).toBe('done');
  });

  it('leaves a host that cannot say so after a silence', async () => {
    const { visit, clock, settled } = scene();
    visit.linkUp(3);
    clock.advance(SILENCE_MS - 1);
    visit.heard(REQUEST);
    clock.advance(SILENCE_MS - 1);
    expect(await settled()).toBeNull();
    clock.advance(1);
    expect(await settled()).toBe('done');
  });

  it('by a timer ends when nobody lets it in, and one that was rung for tries on for a minute', async () => {
    const timer = scene();
    timer.visit.rejected();
    expect(await timer.settled()).toBe('nobody-let-it-in');

    const rung = scene({ comesAgain: false });
    rung.clock.advance(LET_IN_MS / 2);
    rung.visit.rejected();
    rung.clock.advance(LET_IN_MS - 1);
    expect(await rung.settled()).toBeNull();
    rung.clock.advance(1);
    expect(await rung.settled()).toBe('nobody-let-it-in');
  });

  it('trims to the end what is due, also where nobody lets it in', async () => {
    const { visit, guest, clock, settled } = scene();
    guest.isTrimming = true;
    visit.rejected();
    clock.advance(10 * LET_IN_MS);
    expect(await settled()).toBeNull();
    guest.isTrimming = false;
    guest.reportsWait = true;
    visit.trimEnded();
    expect(await settled()).toBe('nobody-let-it-in');
  });

  it('does not hold out with a host that says nothing any more', async () => {
    const { visit, clock, settled } = scene();
    visit.linkUp(4);
    clock.advance(HELD_MS);
    expect(await settled()).toBe('put-off');
    expect(clock.armed()).toBe(0);
  });
});
