import type { RequestId } from '@trimtab/protocol';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import { SERIES_KINDS } from '../../../../collector/src/model/series.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import { tokenOf } from '../../../contract/api-tokens-store.ts';
import { deedOf } from '../../../contract/deeds-store.ts';
import { enrolmentOf } from '../../../contract/enrolments-store.ts';
import { heldGuest, newKey } from '../../../contract/guest-key-examples.ts';
import { shownGuest } from '../../../contract/guests-store.ts';
import { jobOf } from '../../../contract/jobs-store.ts';
import { MIDNIGHT, POOL, sampleOf } from '../../../contract/sample-examples.ts';
import { closedTrim, idOf, openTrim } from '../../../contract/store.ts';
import { wholeTrimsOf } from '../../../contract/trims-of.ts';

const MINUTE = 60_000;

/** Something of all that a store keeps, and something that it has let go. */
export async function fillHistory(store: Store): Promise<void> {
  const guests: GuestId[] = [];
  for (const [machine, name] of ['web', 'web', 'd\0b\x01', 'gone'].entries()) {
    const namedBy = machine === 1 ? ('hypervisor' as const) : ('guest' as const);
    guests.push((await store.recognise(shownGuest({ machine, name, namedBy, seenAt: machine }))).id);
  }
  const [web, other, odd, gone] = guests;
  if (web === undefined || other === undefined || odd === undefined || gone === undefined) throw new Error('no guests');
  // Those of different guests lie among each other, and the last is forgotten: numbers are left out.
  for (let n = 1; n <= 40; n += 1)
    await store.closeTrim(closedTrim({ n, guestId: [gone, web, other, odd][n % 4] ?? web, startedAt: 1e6 - n }));
  await store.forgetGuest(gone);
  const { report, result, ...rest } = closedTrim({ n: 50, guestId: web });
  await store.openTrim(openTrim({ n: 50, guestId: web }));
  await store.closeTrim({ ...rest, report: null, result: { ...result, reported: false }, after: null });
  await store.openTrim({ ...openTrim({ n: 51, guestId: other }), bootId: null });
  await store.saveJobs({
    changed: [jobOf({ n: 2, guestId: web, deadline: 9 }), jobOf({ n: 1, guestId: other })].map((job) => ({
      job,
      events: [
        { number: 1, event: { event: 'intended', trimId: idOf(1), mounts: ['/', '/\u2028"'] } },
        { number: 2, event: { event: 'started', trimId: idOf(1) } },
      ],
    })),
    forgotten: [] as RequestId[],
  });
  await fillWhoMay(store, { web, other });
  await fillSamples(store);
}

async function fillWhoMay(store: Store, { web, other }: Record<'web' | 'other', GuestId>): Promise<void> {
  await store.addEnrolment(enrolmentOf({ n: 1, mostUses: 9 }));
  await store.addEnrolment(enrolmentOf({ n: 2, guest: 'db\u2028"', madeBy: { kind: 'token', name: 'ci' } }));
  await store.join({ key: newKey({ n: 1, guest: web }), enrolment: 'key of token-1', nowMs: 5 });
  await store.join({ key: newKey({ n: 2, guest: other }), enrolment: 'key of token-1', nowMs: 5 });
  await store.revoke({ guest: other, by: { kind: 'socket' }, nowMs: 6 });
  await store.learned({ key: 'key-1', pins: ['pin-1', 'pin-2'] });
  const held = await store.hold(heldGuest({ n: 1, enrolment: 'token-1' }));
  await store.hold(heldGuest({ n: 2 }));
  await store.approve({ held: held.id, by: { kind: 'socket' }, name: 'copy' });
  await store.addToken({ ...tokenOf({ name: 'ci' }), hash: 'hash' });
  for (const subject of ['one', 'two']) await store.addDeed(deedOf({ subject }));
}

async function fillSamples(store: Store): Promise<void> {
  const minutes = Array.from({ length: 3 * 24 * 60 }, (_, index) => index);
  await store.addSamples(
    minutes
      .filter((minute) => minute % 10 === 0)
      .map((minute) => sampleOf({ at: MIDNIGHT + minute * MINUTE, level: minute * 7 })),
  );
  const image = { kind: 'image' as const, subject: '/images/web.qcow2', device: '' };
  const sample = (at: number) => ({ series: image, at, levelBytes: 2 ** 52, limitBytes: null });
  await store.addSamples(minutes.slice(0, 600).map((minute) => sample(MIDNIGHT + minute * MINUTE)));
  const filesystem = { kind: 'filesystem' as const, subject: 'gone /', device: '8:1' };
  await store.addSamples([{ series: filesystem, at: MIDNIGHT, levelBytes: 1, limitBytes: 2 }]);
  await store.forgetSeries({ kind: 'filesystem', subjectBegins: 'gone ' });
  // Of a clock that was set back.
  await store.addSamples([sampleOf({ at: MIDNIGHT - 5 * MINUTE, level: 3 })]);
}

/** All that a store tells, as the commands would print it. */
export async function tellHistory(store: Store): Promise<string> {
  const open = await store.openTrims(null);
  const always = { from: -1e15, to: 1e15 };
  const series = [];
  for (const kind of SERIES_KINDS) {
    series.push(await store.series(kind));
    for (const resolution of ['raw', 'hour', 'day'] as const)
      series.push(await store.pointsOfKind({ kind, resolution, ...always }));
  }
  series.push(await store.points({ series: POOL, resolution: 'raw', from: MIDNIGHT, to: MIDNIGHT + 60 * MINUTE }));
  const guests = await store.guests();
  const ofEach = <Told>(ask: (guestId: GuestId) => Promise<Told>) => Promise.all(guests.map(({ id }) => ask(id)));
  return JSON.stringify(
    {
      guests,
      trims: await ofEach((guestId) => wholeTrimsOf(store, { guestId, limit: 1_000 })),
      history: (await store.history({ guestId: null, limit: 1_000, before: null })).trims,
      open: await Promise.all(open.map((mark) => store.findOpenTrim(mark))),
      marks: open,
      lost: await ofEach((guestId) => store.findOpenTrim({ guestId, id: idOf(50) })),
      jobs: await store.jobs(),
      enrolments: await store.enrolments(0),
      keys: await store.keys(),
      held: await store.held(),
      tokens: [await store.tokens(), await store.findToken('hash')],
      deeds: await store.deeds(9),
      series,
    },
    null,
    1,
  );
}
