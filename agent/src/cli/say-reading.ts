import type { Clock } from '../ports/clock.ts';

/** Within a second somebody at a terminal sees that the command is at work. */
const SILENCE_MS = 700;

/** ECMA-48: to the first column, erase the line. */
const REWRITE = '\r\u001b[2K';

/** A line on a terminal while the guest is read, which a disk that does not answer may draw out; ends it. */
export function sayReading({
  clock,
  write,
}: {
  clock: Pick<Clock, 'after'>;
  write: (text: string) => void;
}): () => void {
  let isShown = false;
  const takeBack = clock.after(SILENCE_MS, () => {
    write('reading this guest…');
    isShown = true;
  });
  return () => {
    takeBack();
    if (isShown) write(REWRITE);
  };
}
