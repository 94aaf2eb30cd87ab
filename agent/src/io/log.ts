import type { Log } from '../ports/log.ts';

/** To stderr: with sd-daemon(3)'s level prefix where journald reads it, which adds the time itself; else with the time. */
export function createLog({
  environment,
  write,
}: {
  environment: Readonly<Record<string, string | undefined>>;
  write: (text: string) => void;
}): Log {
  const journal = environment.JOURNAL_STREAM !== undefined;
  const line = (level: number, word: string) => (text: string) => {
    const oneLine = text.replaceAll('\n', ' ');
    write(journal ? `<${level}>${oneLine}\n` : `${new Date().toISOString()} ${word}${oneLine}\n`);
  };
  return { info: line(6, ''), warn: line(4, 'warning: '), error: line(3, 'error: ') };
}
