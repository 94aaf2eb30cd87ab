import type { RequestId } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import type { ForgetQuery } from '../../../collector/src/model/forgetting.ts';
import type { RepairQuery } from '../../../collector/src/model/repair.ts';
import type { TrimEvent } from '../../../collector/src/model/trim-event.ts';
import type { HistoryQuery } from '../../../collector/src/model/trim-result.ts';
import { summarise } from '../../../collector/src/model/trim-summary.ts';
import type { Desk } from '../../../collector/src/ports/desk/desk.ts';
import type { AskedGuests, ManyTrimsRequest, TrimRequest } from '../../../collector/src/ports/desk/trims.ts';
import { ALERTS } from './alert-examples.ts';
import { CLEAN, DOCTOR, HALF_SEEN } from './doctor-example.ts';
import { createFakeEnrolment } from './enrolment-examples.ts';
import { GUESTS, STATUS, TRIM } from './examples.ts';
import { FILLING_POOL, FORESIGHT, ONE_POOL } from './foresight-example.ts';
import { PLAN } from './repair-examples.ts';
import { REPORT } from './report-example.ts';

export const REQUEST_ID = TRIM.requestId as RequestId;

export interface FakeDesk extends Desk {
  /** What was asked of it. */
  readonly asked: {
    requests: TrimRequest[];
    many: ManyTrimsRequest[];
    queries: HistoryQuery[];
    forgets: ForgetQuery[];
    plans: RepairQuery[];
    repairs: RepairQuery[];
    cancelled: string[];
    /** Of alerts: what was said to them. */
    said: object[];
    readers: number;
  };
  /** Lets the readers of the request see an event. */
  tell(event: TrimEvent): void;
  /** The readers' events fail with this. */
  fail(error: unknown): void;
  /** Resolves when the asked-for thing has happened. */
  until(condition: () => boolean): Promise<void>;
}

/** What the desk answers to who asks many. */
export const ASKED_GUESTS: AskedGuests = {
  asked: [{ guest: 'web-1', requestId: REQUEST_ID }],
  refused: [{ guest: 'idle', error: faultOf({ code: 'no-agent', subject: 'idle' }).detail }],
};

/** Disks of any guest that are not repaired. */
const REFUSED: Readonly<Record<string, string>> = {
  sdx: 'unknown-disk',
  sdy: 'cannot-repair',
  sdz: 'would-taint',
  sound: 'nothing-to-repair',
  stuck: 'repair-stopped',
};

const UNFORGETTABLE: Readonly<Record<string, string>> = {
  nobody: 'unknown-guest',
  twin: 'ambiguous-guest',
  'web-1': 'guest-connected',
  bare: 'nothing-to-forget',
};

export const FORGETTABLE = 'guest-of-its-own';

/** A desk whose events are the test's to order: `web-1` can be asked, `idle` has no agent, `twin` is two guests. */
export function createFakeDesk(overrides: Partial<Desk> = {}): FakeDesk {
  const asked: FakeDesk['asked'] = {
    requests: [],
    many: [],
    queries: [],
    forgets: [],
    plans: [],
    repairs: [],
    cancelled: [],
    said: [],
    readers: 0,
  };
  const events: (TrimEvent | { failure: unknown })[] = [];
  let wake: (() => void)[] = [];
  const changed = () => {
    const woken = wake;
    wake = [];
    for (const call of woken) call();
  };
  const nextChange = (signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      wake.push(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  return {
    report: async () => REPORT,
    metrics: async () => 'trimtab_build_info{version="0"} 1\n',
    asked,
    tell(event) {
      events.push(event);
      changed();
    },
    fail(failure) {
      events.push({ failure });
      changed();
    },
    async until(condition) {
      while (!condition()) await nextChange();
    },
    status: async () => STATUS,
    guests: async () => GUESTS,
    async forget(query) {
      const { guest, dryRun } = query;
      const code = UNFORGETTABLE[guest];
      if (code !== undefined) throw faultOf({ code, subject: guest });
      asked.forgets.push(query);
      return { guest, guestId: FORGETTABLE, trims: 12, knownToHost: guest === 'kept', forgotten: !dryRun };
    },
    async doctor(guest) {
      if (guest === 'nobody') throw faultOf({ code: 'unknown-guest', subject: guest });
      return { 'web-1': CLEAN, idle: HALF_SEEN, gone: { ...CLEAN, guests: [] } }[guest ?? ''] ?? DOCTOR;
    },
    async forecasts({ pool }) {
      if (pool === null) return FORESIGHT;
      if (pool !== FILLING_POOL.pool) throw faultOf({ code: 'unknown-pool', subject: pool });
      return ONE_POOL;
    },
    async history(query) {
      if (query.guest === 'nobody' || query.guest?.startsWith('0000000') === true)
        throw faultOf({ code: 'unknown-guest', subject: query.guest });
      asked.queries.push(query);
      return { trims: [summarise(TRIM)], older: null };
    },
    findTrim: async (id) => (TRIM.id.startsWith(id) ? TRIM : null),
    async planRepair(query) {
      const code = REFUSED[query.disk];
      if (code !== undefined) throw faultOf({ code, subject: query.disk });
      asked.plans.push(query);
      return PLAN;
    },
    async repair(query) {
      asked.repairs.push(query);
      return { plan: PLAN, reopened: PLAN.nodes.map(({ node }) => node) };
    },
    async alerts(query) {
      asked.said.push(query);
      return ALERTS;
    },
    async silence(query) {
      asked.said.push(query);
      return {
        id: REQUEST_ID,
        pattern: query.pattern,
        madeAt: ALERTS.takenAt,
        until: ALERTS.takenAt,
        by: query.by,
        comment: query.comment,
        fits: query.pattern !== 'nosuchrule',
      };
    },
    async unsilence(query) {
      if (query.silence === 'nothing') throw faultOf({ code: 'unknown-silence', subject: query.silence });
      asked.said.push(query);
      return { removed: ALERTS.silences };
    },
    async acknowledge(query) {
      const alert = ALERTS.firing.find(({ id }) => id.startsWith(query.id));
      if (alert === undefined) throw faultOf({ code: 'unknown-alert', subject: query.id });
      asked.said.push(query);
      return alert;
    },
    async testSenders(query) {
      asked.said.push(query);
      const refused = faultOf({ code: 'qmp-error', subject: 'mail' }).detail;
      return {
        senders: [
          { name: 'hook', outcome: 'delivered' },
          ...(query.to === null ? [{ name: 'mail', outcome: refused }] : []),
        ],
      };
    },
    async requestTrim(request) {
      const code = { idle: 'no-agent', twin: 'ambiguous-guest', 'web-1': null, 'guest-1': null }[request.guest];
      if (code === undefined) throw faultOf({ code: 'unknown-guest', subject: request.guest });
      if (code !== null) throw faultOf({ code, subject: request.guest });
      asked.requests.push(request);
      return { requestId: REQUEST_ID };
    },
    async requestTrims(request) {
      asked.many.push(request);
      return ASKED_GUESTS;
    },
    async *watch({ requestId, after, signal }) {
      if (requestId !== REQUEST_ID) throw faultOf({ code: 'unknown-request', subject: requestId });
      asked.readers += 1;
      changed();
      try {
        for (let index = after; !signal.aborted; ) {
          const event = events[index];
          if (event === undefined) {
            await nextChange(signal);
            continue;
          }
          index += 1;
          if ('failure' in event) throw event.failure;
          yield { number: index, event };
          if (event.event === 'finished' || event.event === 'refused') return;
        }
      } finally {
        asked.readers -= 1;
        changed();
      }
    },
    async cancel(requestId) {
      if (requestId !== REQUEST_ID) throw faultOf({ code: 'unknown-request', subject: requestId });
      asked.cancelled.push(requestId);
      changed();
    },
    ...createFakeEnrolment(asked.said),
    ...overrides,
  };
}

function faultOf({ code, subject }: { code: string; subject: string }): Fault {
  return new Fault({
    code,
    operation: 'ask a guest',
    subject,
    cause: 'it cannot be asked',
    hint: 'See: trimtab guests',
  });
}
