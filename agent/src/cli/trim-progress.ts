import type { Progress } from '@trimtab/protocol';
import { formatBytes, toPlainText } from '@trimtab/protocol/shared';

/** ECMA-48: to the first column, erase the line. */
const REWRITE = '\r\u001b[2K';

export interface TrimProgress {
  begin(): void;
  show(progress: Progress): void;
  end(): void;
}

/**
 * One line on a terminal that is rewritten: fstrim itself says nothing until it has ended, and that takes minutes on a
 * large disk.
 */
export function createTrimProgress({
  write,
  columns,
}: {
  write: (text: string) => void;
  columns: number;
}): TrimProgress {
  const put = (text: string) => write(`${REWRITE}${text.slice(0, columns - 1)}`);
  return {
    begin: () => put('trimming…'),
    show({ mount, index, of, issuedBytes, elapsedMs }) {
      const issued = issuedBytes === null ? '' : `, ${formatBytes(issuedBytes)} discarded`;
      put(`trimming ${toPlainText(mount)} (${index} of ${of})${issued}, ${Math.round(elapsedMs / 1000)} s`);
    },
    end: () => write(REWRITE),
  };
}
