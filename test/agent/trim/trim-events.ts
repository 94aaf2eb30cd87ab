import type { AboutTrim, TrimState } from '../../../agent/src/trim/trim-state.ts';
import { PLAN, PROBLEM, reportOf, SCHEDULED, trimIdOf } from './trim-samples.ts';

/** Every event about a trim; `trimId` is filled in when it is drawn. */
export const ABOUT: readonly AboutTrim[] = [
  { kind: 'planned', trimId: trimIdOf(0), plan: PLAN },
  { kind: 'refused', trimId: trimIdOf(0), problem: PROBLEM },
  { kind: 'not-planned', trimId: trimIdOf(0), problem: PROBLEM },
  { kind: 'granted', trimId: trimIdOf(0) },
  { kind: 'patience-over', trimId: trimIdOf(0) },
  { kind: 'unsaid', trimId: trimIdOf(0), problem: PROBLEM },
  { kind: 'started', trimId: trimIdOf(0), startedAt: 1 },
  { kind: 'finished', trimId: trimIdOf(0), report: reportOf({ id: trimIdOf(0), wish: SCHEDULED, granted: true }) },
  { kind: 'kept', trimId: trimIdOf(0) },
  { kind: 'sent', trimId: trimIdOf(0) },
  { kind: 'failed', trimId: trimIdOf(0), problem: PROBLEM },
  { kind: 'cancelled', trimId: trimIdOf(0), reason: 'not now' },
];

/** Those that mean something in each state. */
export const FITTING: Readonly<Record<TrimState['kind'], readonly AboutTrim['kind'][]>> = {
  idle: [],
  planning: ['planned', 'refused', 'not-planned', 'cancelled'],
  'waiting-for-grant': ['granted', 'patience-over', 'unsaid', 'cancelled'],
  running: ['started', 'finished', 'failed', 'cancelled'],
  'keeping-report': ['kept', 'failed'],
  'sending-report': ['sent'],
  stopped: [],
};
