import type { FaultDetail } from '@trimtab/protocol/shared';
import type { FoundByCheck } from '../model/run-check.ts';
import { line, wrap } from './lines.ts';

/** What `run --check --json` prints: the shape of `trimtab serve --check --json`. */
export interface RunCheck {
  readonly isGood: boolean;
  readonly configuration: string | null;
  readonly errors: readonly FaultDetail[];
  readonly would: readonly string[];
  readonly notes: readonly string[];
}

export function toDocument({ configuration, faults, would, notes }: FoundByCheck): RunCheck {
  return { isGood: faults.length === 0, configuration, errors: faults.map(({ detail }) => detail), would, notes };
}

/** What it would do, and what is worth knowing before. */
export function formatRunCheck(
  { configuration, would, notes }: Pick<FoundByCheck, 'configuration' | 'would' | 'notes'>,
  { width }: { readonly width: number },
): string {
  const by = configuration === null ? 'without a configuration file' : `by ${configuration}`;
  const lines = [
    line(0, `It would start, ${by}, and`),
    ...would.map((text) => line(1, text)),
    ...(notes.length === 0 ? [] : [line(0, 'Notes')]),
    ...notes.map((text) => line(1, text)),
  ];
  return `${lines.flatMap((each) => wrap(each, width)).join('\n')}\n`;
}
