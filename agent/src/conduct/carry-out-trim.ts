import type { FromGuest, Inventory, Problem, TrimReport } from '@trimtab/protocol';
import { Fault, toCause } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { planCure } from '../trim/cure.ts';
import { planTrim } from '../trim/plan.ts';
import type { EffectOf, TrimEffect, TrimEvent } from '../trim/trim-state.ts';
import type { RunTrim } from './run-journaled.ts';

export interface TrimEffectParts {
  readonly say: (message: FromGuest) => void;
  /** The inventory as it is now; the collector has it before this resolves, if it is there. */
  readonly announce: () => Promise<Inventory>;
  readonly run: RunTrim;
  /** Resolves once the report would outlive a crash, and the journal of a trim that ran is gone. */
  readonly keepReport: (call: { readonly report: TrimReport; readonly ran: boolean }) => Promise<void>;
  readonly sendReports: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What each effect of the trim machine is. None throws: what goes wrong becomes an event. */
export function createTrimEffects({
  parts,
  happen,
  onStopped,
}: {
  parts: TrimEffectParts;
  happen: (event: TrimEvent) => void;
  onStopped: () => void;
}): (effect: TrimEffect) => void {
  const { clock, log } = parts;
  let takeBackTimer = () => {};
  let abort = new AbortController();

  return (effect) => {
    switch (effect.kind) {
      case 'answer':
        return effect.wisher.answer(effect.answer);
      case 'begun':
        return effect.wisher.begun();
      case 'plan':
        return void plan({ parts, effect }).then(happen);
      case 'say':
        return say({ parts, effect, happen });
      case 'arm':
        takeBackTimer();
        takeBackTimer = clock.after(effect.delayMs, () => happen({ kind: 'patience-over', trimId: effect.trimId }));
        return;
      case 'disarm':
        return takeBackTimer();
      case 'run':
        abort = new AbortController();
        return void run({ parts, effect, signal: abort.signal, happen }).then(happen);
      case 'abort':
        return abort.abort(effect.reason);
      case 'keep':
        return void keep({ parts, effect }).then(happen);
      case 'send':
        return void send({ parts, effect }).then(happen);
      case 'log':
        return log[effect.level](effect.line);
      case 'stopped':
        return onStopped();
    }
  };
}

async function plan({ parts, effect }: { parts: TrimEffectParts; effect: EffectOf<'plan'> }): Promise<TrimEvent> {
  const { trim, curable } = effect;
  const { cures, mounts } = trim.wish;
  try {
    const inventory = await parts.announce();
    const planned =
      cures === null ? planTrim({ inventory, mounts }) : planCure({ last: curable, cures, inventory, mounts });
    return { trimId: trim.id, ...planned };
  } catch (error) {
    return { kind: 'not-planned', trimId: trim.id, problem: toProblem(error) };
  }
}

/** A message that is no message is a bug of ours; only a trim that waits for the answer to it depends on it. */
function say({
  parts,
  effect,
  happen,
}: {
  parts: TrimEffectParts;
  effect: EffectOf<'say'>;
  happen: (event: TrimEvent) => void;
}): void {
  const { message, trimId } = effect;
  try {
    parts.say(message);
  } catch (error) {
    parts.log.error(`cannot say ${message.type} to the collector: ${toCause(error)}`);
    happen({ kind: 'unsaid', trimId, problem: toProblem(error) });
  }
}

async function run({
  parts,
  effect,
  signal,
  happen,
}: {
  parts: TrimEffectParts;
  effect: EffectOf<'run'>;
  signal: AbortSignal;
  happen: (event: TrimEvent) => void;
}): Promise<TrimEvent> {
  const { trim, plan, granted } = effect;
  const { trigger, requestId } = trim.wish;
  try {
    const report = await parts.run({
      trim: { id: trim.id, trigger, requestId, granted },
      plan,
      signal,
      onStarted: (startedAt) => happen({ kind: 'started', trimId: trim.id, startedAt }),
    });
    return { kind: 'finished', trimId: trim.id, report };
  } catch (error) {
    return { kind: 'failed', trimId: trim.id, problem: toProblem(error) };
  }
}

async function keep({ parts, effect }: { parts: TrimEffectParts; effect: EffectOf<'keep'> }): Promise<TrimEvent> {
  const { report, ran } = effect;
  try {
    await parts.keepReport({ report, ran });
    return { kind: 'kept', trimId: report.id };
  } catch (error) {
    return { kind: 'failed', trimId: report.id, problem: toProblem(error) };
  }
}

async function send({ parts, effect }: { parts: TrimEffectParts; effect: EffectOf<'send'> }): Promise<TrimEvent> {
  try {
    await parts.sendReports();
  } catch (error) {
    parts.log.error(`cannot send what is in the outbox: ${toCause(error)}`);
  }
  return { kind: 'sent', trimId: effect.trimId };
}

function toProblem(error: unknown): Problem {
  if (error instanceof Fault) return error.detail;
  return {
    code: 'internal',
    operation: 'trim',
    subject: 'this guest',
    cause: toCause(error).slice(0, 500),
    hint: null,
  };
}
