import type { Problem, RequestId, TrimId, TrimReport } from '@trimtab/protocol';
import type { TrimPlan } from '../../../agent/src/trim/plan.ts';
import type { Surroundings, TrimState, TrimWish, WishAnswer, Wisher } from '../../../agent/src/trim/trim-state.ts';

export const INTERVAL_MS = 10_000;
export const PATIENCE_MS = 30_000;

export const PLAN: TrimPlan = {
  filesystems: [{ mount: '/', kind: 'ext4', disks: ['sda'], isHolder: false, again: null }],
  layers: ['sda1', 'sda'],
};

export const PROBLEM: Problem = {
  code: 'state-not-writable',
  operation: 'write',
  subject: '/var/lib/trimtab-agent',
  cause: 'no space left',
  hint: null,
};

/** An agent that has just started: no link yet, and no trim before. */
export const STARTED: TrimState = { kind: 'idle', link: { kind: 'down', sinceMs: 0 }, last: null };

export const SCHEDULED: TrimWish = { trigger: 'scheduled', requestId: null, mounts: null, cures: null };

export function requestOf(requestId: RequestId, cures: TrimId | null = null): TrimWish {
  return { trigger: 'requested', requestId, mounts: null, cures };
}

export const trimIdOf = (count: number) => toUuid({ kind: 1, count }) as TrimId;
export const requestIdOf = (count: number) => toUuid({ kind: 2, count }) as RequestId;

function toUuid({ kind, count }: { kind: number; count: number }): string {
  return `0000000${kind}-0000-4000-8000-${String(count).padStart(12, '0')}`;
}

export function reportOf({ id, wish, granted }: { id: TrimId; wish: TrimWish; granted: boolean }): TrimReport {
  return {
    id,
    trigger: wish.trigger,
    requestId: wish.requestId,
    granted,
    startedAt: 1,
    durationMs: 1,
    filesystems: [],
    layers: [],
    limitsAfter: [],
  };
}

/** Whoever wished, with what was told to it. */
export interface TestWisher extends Wisher {
  readonly answers: WishAnswer['kind'][];
  begunTimes: number;
}

export function createWisher(): TestWisher {
  const wisher: TestWisher = {
    answers: [],
    begunTimes: 0,
    answer: ({ kind }) => void wisher.answers.push(kind),
    begun: () => {
      wisher.begunTimes += 1;
    },
  };
  return wisher;
}

/** Ids are counted from 1. */
export function createSurroundings(): { at: (nowMs: number) => Surroundings } {
  let count = 0;
  const newTrimId = () => {
    count += 1;
    return trimIdOf(count);
  };
  return {
    at: (nowMs) => ({
      nowMs,
      utcMs: 1_763_884_800_000 + nowMs,
      newTrimId,
      minimumIntervalMs: INTERVAL_MS,
      grantPatienceMs: PATIENCE_MS,
    }),
  };
}
