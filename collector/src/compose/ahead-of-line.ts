import type { Watch } from '../conduct/watch/watch.ts';
import type { Line } from '../ports/line.ts';

/** Guests that come in by thousands leave whoever asks how the host is the most of what this process does. */
export function aheadOfLine(line: Pick<Line, 'ahead'>, watch: Watch): Watch {
  return { ...watch, overview: (asked) => line.ahead(() => watch.overview(asked)) };
}
