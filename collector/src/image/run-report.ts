import type { Commands } from '../ports/commands.ts';

export const TIMEOUT_MS = 10_000;

/** What a storage tool printed, or why there is nothing. */
export type Report =
  | { readonly kind: 'report'; readonly stdout: string }
  | { readonly kind: 'none'; readonly why: string };

export async function runReport({
  commands,
  file,
  args,
}: {
  commands: Commands;
  file: string;
  args: readonly string[];
}): Promise<Report> {
  const result = await commands.run({ file, args, timeoutMs: TIMEOUT_MS });
  if (result.kind === 'missing') return { kind: 'none', why: `${file} is not installed on this host` };
  if (result.exitCode === 0) return { kind: 'report', stdout: result.stdout };
  if (result.exitCode === null) return { kind: 'none', why: `${file} gave no answer in ${TIMEOUT_MS / 1000} s` };
  const said = result.stderr.trim().split('\n').at(-1)?.trim() ?? '';
  return { kind: 'none', why: said === '' ? `${file} ended with ${result.exitCode}` : `${file}: ${said}` };
}
