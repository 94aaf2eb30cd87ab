import { Fault } from '@trimtab/protocol/shared';
import type { QmpCommand } from '../ports/qmp.ts';

/** Of an answer: each image of a backing chain is a level or two, and a chain has 200 at the most. */
export const MOST_QMP_DEPTH = 1_000;

/** Commands that change nothing (qapi/*.json). */
const QUERIES = /^(?:query-[a-z0-9-]+|qom-get|qom-list)$/;

/**
 * Throws a Fault `qmp-refused` for a command that might change something: a monitor carries out whatever it is given.
 */
export function allowQueries(subject: string, commands: readonly QmpCommand[]): void {
  const refused = commands.find(({ execute }) => !QUERIES.test(execute));
  if (refused === undefined) return;
  const cause = `${refused.execute} is not one of the queries that may be asked`;
  throw new Fault({ code: 'qmp-refused', operation: 'ask QEMU', subject, cause, hint: null });
}
