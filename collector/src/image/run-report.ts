import type { Commands } from '../ports/commands.ts';

const TIMEOUT_MS = 10_000;

/** A storage tool's report: its stdout, or why there is none. */
export async function runReport(call: {
  readonly commands: Commands;
  readonly file: string;
  readonly args: readonly string[];
}): Promise<{ readonly stdout: string; readonly why: null } | { readonly stdout: null; readonly why: string }> {
  const { commands, file, args } = call;
  const result = await commands.run({ file, args, timeoutMs: TIMEOUT_MS });
  if (!result.found) return { stdout: null, why: `${file} is not installed on this host` };
  if (result.exitCode === 0) return { stdout: result.stdout, why: null };
  if (result.exitCode === null) return { stdout: null, why: `${file} gave no answer in ${TIMEOUT_MS / 1000} s` };
  const said = result.stderr.trim().split('\n').at(-1)?.trim() ?? '';
  return { stdout: null, why: said === '' ? `${file} ended with ${result.exitCode}` : `${file}: ${said}` };
}
