import { parseArgs } from 'node:util';
import { SUBJECTS, type Subject } from './subjects.ts';

export interface Call {
  readonly subjects: readonly Subject[];
  /** For each subject; null: as many as each has by itself. */
  readonly seeds: number | null;
  /** The only one, to see a failure again. */
  readonly seed: number | null;
  /** Round after round until these have passed; null: one round. */
  readonly minutes: number | null;
}

/** What is asked for; throws in words for the person who asked. `help` when that is all. */
export function parseCall(args: readonly string[]): Call | 'help' {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { seeds: text, seed: text, minutes: text, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.help) return 'help';
  const unknown = positionals.filter((name) => !SUBJECTS.some((subject) => subject.name === name));
  if (unknown.length > 0) throw new Error(`there is no subject ${unknown.join(', ')}`);
  const call = {
    subjects: positionals.length === 0 ? SUBJECTS : SUBJECTS.filter(({ name }) => positionals.includes(name)),
    seeds: toCount({ name: '--seeds', text: values.seeds }),
    seed: toCount({ name: '--seed', text: values.seed }),
    minutes: toCount({ name: '--minutes', text: values.minutes }),
  };
  if (call.seed !== null && positionals.length !== 1)
    throw new Error('--seed needs the one subject that it failed for');
  if (call.seed !== null && (call.seeds !== null || call.minutes !== null))
    throw new Error('--seed is one run: neither --seeds nor --minutes goes with it');
  return call;
}

function toCount({ name, text }: { name: string; text: string | undefined }): number | null {
  if (text === undefined) return null;
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`${name} is "${text}"; give a whole number above 0`);
}
