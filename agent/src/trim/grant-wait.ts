import type { TrimPlan } from './plan.ts';
import {
  type LinkState,
  type StateOf,
  type Step,
  type Surroundings,
  stay,
  type Trim,
  type TrimEffect,
  type TrimState,
} from './trim-state.ts';

type Waiting = StateOf<'waiting-for-grant'>;

/**
 * Waits for the host to grant a trim: as long as it likes while the link is up, since it orders the trims of a pool,
 * and for `grantPatienceMs` while the link is down. The time that it has been down already counts.
 */
export function askForGrant({
  link,
  trim,
  plan,
  around,
}: {
  link: LinkState;
  trim: Trim;
  plan: TrimPlan;
  around: Surroundings;
}): Step {
  const state: Waiting = { kind: 'waiting-for-grant', link, trim, plan };
  const mounts = plan.filesystems.map(({ mount }) => mount).join(', ');
  const line = `trim ${trim.id} (${trim.wish.trigger}) of ${mounts} waits for the collector's grant`;
  const next: TrimEffect =
    link.kind === 'up' ? sayIntent(state) : arm(trim, around.grantPatienceMs - (around.nowMs - link.sinceMs));
  return { state, effects: [{ kind: 'log', level: 'info', line }, next] };
}

/**
 * The collector may have begun anew, and know nothing of the trim that waits for it; of one that runs it hears at once,
 * and not only when the first fstrim tells how far it is, for which a busy guest has to sync first.
 */
export function linkUp(state: TrimState): Step {
  if (state.kind === 'stopped') return stay(state);
  const next = { ...state, link: { kind: 'up' } } as const;
  if (next.kind === 'running') return { state: next, effects: sayStarted(next) };
  if (next.kind !== 'waiting-for-grant') return stay(next);
  return { state: next, effects: [{ kind: 'disarm' }, sayIntent(next)] };
}

/** Once a connection: when it starts, or at the welcome after that. */
export function sayStarted({ link, trim, startedAt }: StateOf<'running'>): readonly TrimEffect[] {
  if (link.kind === 'down' || startedAt === null) return [];
  return [{ kind: 'say', trimId: trim.id, message: { type: 'started', trimId: trim.id, startedAt } }];
}

export function linkDown(state: TrimState, { nowMs, grantPatienceMs }: Surroundings): Step {
  if (state.kind === 'stopped') return stay(state);
  const next = { ...state, link: { kind: 'down', sinceMs: nowMs } } as const;
  return next.kind === 'waiting-for-grant' ? { state: next, effects: [arm(next.trim, grantPatienceMs)] } : stay(next);
}

/** The collector is away, so nobody samples the images, and the guest trims without (rule R6). */
export function goAlone(state: Waiting): Step {
  const { trim } = state;
  const line = `trim ${trim.id} goes without the collector: it is away`;
  const next = runTrim(state, { granted: false });
  return { state: next.state, effects: [{ kind: 'log', level: 'warn', line }, ...next.effects] };
}

export function runTrim({ link, trim, plan }: Waiting, { granted }: { granted: boolean }): Step {
  return {
    state: { kind: 'running', link, trim, startedAt: null, stopping: false },
    effects: [{ kind: 'disarm' }, { kind: 'run', trim, plan, granted }],
  };
}

function sayIntent({ trim, plan }: Waiting): TrimEffect {
  return {
    kind: 'say',
    trimId: trim.id,
    message: {
      type: 'intent',
      trimId: trim.id,
      trigger: trim.wish.trigger,
      requestId: trim.wish.requestId,
      mounts: plan.filesystems.map(({ mount }) => mount),
    },
  };
}

function arm(trim: Trim, delayMs: number): TrimEffect {
  return { kind: 'arm', trimId: trim.id, delayMs: Math.max(0, delayMs) };
}
