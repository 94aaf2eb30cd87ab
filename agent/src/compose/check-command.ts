import type { Fault } from '@trimtab/protocol/shared';
import type { CheckArguments } from '../cli/arguments.ts';
import { exitCodeOf } from '../cli/exit-code.ts';
import type { Answer } from '../cli/format-answer.ts';
import { formatRunCheck, toDocument } from '../cli/run-check-view.ts';
import { readTextFile } from '../io/read-text-file.ts';
import { checkRun } from './check-run.ts';

/** `trimtab-agent run --check`. The exit code. */
export async function checkAndTell({
  call,
  environment,
  columns = 80,
  tellFault,
  show,
}: {
  call: CheckArguments;
  environment: Readonly<Record<string, string | undefined>>;
  /** Of the terminal, if stdout is one. */
  columns: number | undefined;
  tellFault: (fault: Fault) => Promise<void>;
  show: <Shown>(answer: Answer<Shown>) => Promise<void>;
}): Promise<number> {
  const found = await checkRun({ ...call, environment, readText: readTextFile });
  for (const fault of found.faults) await tellFault(fault);
  if (call.json || found.faults.length === 0)
    await show({
      document: toDocument(found),
      shown: found,
      isJson: call.json,
      format: (plain) => formatRunCheck(plain, { width: columns }),
    });
  return Math.max(0, ...found.faults.map(exitCodeOf));
}
