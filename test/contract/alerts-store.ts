import { describe, expect, it } from 'vitest';
import type { Alert, Notice, NoticeEvent } from '../../collector/src/model/alert.ts';
import type { AlertState, WatchedAlert } from '../../collector/src/model/alert-state.ts';
import type { Silence } from '../../collector/src/model/silence.ts';
import { ENDED_KEPT } from '../../collector/src/ports/store/alerts.ts';
import type { Store } from '../../collector/src/ports/store/store.ts';
import { type StorePlace, useStorePlace } from './store-place.ts';

/** What every implementation of the port `AlertsStore` owes; the rules [AL1] to [AL5] stand in the port. */
export function alertsContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`alerts contract: ${name}`, () => {
    let store: Store;
    const { reopen } = useStorePlace({
      createPlace,
      onOpen: (opened) => {
        store = opened;
      },
    });

    it('[AL5] states, ended alerts, waiting notices and silences survive a restart', async () => {
      const notices = [aNotice(1, 'start'), aNotice(1, 'end')];
      await store.saveAlerts({ states: [firing(1), idle(2)], ended: [anAlert(3)], notices });
      await store.addSilence(aSilence(1));
      await reopen();
      expect(await store.alertStates()).toEqual([firing(1), idle(2)]);
      expect(await store.endedAlerts(10)).toEqual([anAlert(3)]);
      expect(await store.waitingNotices()).toEqual(notices);
      expect(await store.silences()).toEqual([aSilence(1)]);
    });

    it('a state takes the place of the one before, and null that of nothing', async () => {
      await store.saveAlerts({ states: [firing(1), firing(2)], ended: [], notices: [] });
      const { rule, subject } = firing(2);
      await store.saveAlerts({ states: [{ ...idle(1) }, { rule, subject, state: null }], ended: [], notices: [] });
      await store.saveAlerts({ states: [{ rule, subject, state: null }], ended: [], notices: [] });
      expect(await store.alertStates()).toEqual([idle(1)]);
    });

    it('one subject has a state for each rule', async () => {
      const states = [firing(1), { ...firing(1), rule: 'slack' } as const];
      await store.saveAlerts({ states, ended: [], notices: [] });
      expect(await store.alertStates()).toEqual(states);
    });

    it('[AL2] a notice waits once under its id, in the order in which it came, until it is posted', async () => {
      const [first, second] = [aNotice(1, 'start'), aNotice(2, 'start')];
      await store.saveAlerts({ states: [], ended: [], notices: [second, first] });
      await store.saveAlerts({ states: [], ended: [], notices: [{ ...second, at: 99 }] });
      expect(await store.waitingNotices()).toEqual([second, first]);
      await store.postedNotices([second.id, 'nobody']);
      expect(await store.waitingNotices()).toEqual([first]);
      await store.saveAlerts({ states: [], ended: [], notices: [aNotice(3, 'start')] });
      await reopen();
      expect(await store.waitingNotices()).toEqual([first, aNotice(3, 'start')]);
    });

    it('[AL1] what cannot be written whole is not written', async () => {
      const broken = { ...aNotice(1, 'start'), id: null as unknown as string };
      const changes = { states: [firing(1)], ended: [anAlert(1)], notices: [aNotice(2, 'start'), broken] };
      await expect(store.saveAlerts(changes)).rejects.toThrow();
      expect(await store.alertStates()).toEqual([]);
      expect(await store.endedAlerts(10)).toEqual([]);
      expect(await store.waitingNotices()).toEqual([]);
    });

    it('[AL3] the newest alerts that are over are kept, in the order in which they ended, whatever clocks say', async () => {
      const ended = Array.from({ length: ENDED_KEPT + 5 }, (_, n) => ({ ...anAlert(n), endedAt: 1_000_000 - n }));
      for (let at = 0; at < ended.length; at += 201)
        await store.saveAlerts({ states: [], ended: ended.slice(at, at + 201), notices: [] });
      const kept = await store.endedAlerts(ENDED_KEPT * 2);
      expect(kept).toHaveLength(ENDED_KEPT);
      expect(kept.map(({ id }) => id)).toEqual(
        ended
          .slice(5)
          .reverse()
          .map(({ id }) => id),
      );
      expect(await store.endedAlerts(2)).toEqual(kept.slice(0, 2));
    });

    it('silences go by their ids', async () => {
      for (const n of [1, 2, 3]) await store.addSilence(aSilence(n));
      await store.removeSilences([]);
      await store.removeSilences([aSilence(1).id, aSilence(3).id, 'nobody']);
      expect(await store.silences()).toEqual([aSilence(2)]);
    });
  });
}

export const anAlert = (n: number): Alert => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  rule: 'pool-full',
  severity: 'critical',
  subject: `/srv/${String(n).padStart(3, '0')} 'quoted"`,
  host: 'host-1',
  startedAt: n,
  endedAt: null,
  sentence: 'It is full.\n',
  hint: null,
  values: { usedPercent: 95.5, freeBytes: 2 ** 52 },
});

const aNotice = (n: number, event: NoticeEvent): Notice => ({
  id: `${anAlert(n).id}:${event}`,
  event,
  at: n,
  alert: anAlert(n),
});

function firing(n: number): WatchedAlert & { readonly state: AlertState } {
  const alert = anAlert(n);
  return {
    rule: alert.rule,
    subject: alert.subject,
    state: {
      kind: 'firing',
      alert,
      badness: { level: 95.5, step: 1 },
      restarts: 0,
      underMs: null,
      unseenMs: 0,
      isTold: true,
      sinceNoticeMs: 60_000,
      isDue: true,
      reminders: 2,
      acknowledged: { at: 7, by: 'alice', comment: null, severity: 'critical', level: 95 },
    },
  };
}

const idle = (n: number): WatchedAlert => ({
  rule: 'pool-full',
  subject: anAlert(n).subject,
  state: { kind: 'idle', overMs: 60_000, calmMs: null, restarts: 0 },
});

const aSilence = (n: number): Silence => ({
  id: `11111111-0000-4000-8000-00000000000${n}`,
  pattern: 'web-*',
  madeAt: n,
  until: 2 ** 45,
  by: null,
  comment: 'a "word"',
});
