import { Fault, formatJsonLine } from '@trimtab/protocol/shared';
import type { StatusView } from '../model/status.ts';
import type { RemoteDesk } from '../ports/desk/remote-desk.ts';
import type { Terminal, TextSink } from '../ports/terminal.ts';
import type { CommandContext } from './command-context.ts';
import { pageOf } from './page-of.ts';
import { say } from './say.ts';
import { toShown } from './tell-answer.ts';
import { formatClock } from './views/format-time.ts';
import { formatStatus } from './views/status.ts';

export const WATCHED_EVERY_MS = 2_000;

/** ECMA-48: to the first place of the screen; erase what is left of a line; erase all below. */
const HOME = '\u001b[H';
const END_OF_LINE = '\u001b[K';
const BELOW = '\u001b[J';

/**
 * The status again and again, until Ctrl-C or until nobody reads it: redrawn on a terminal, else one after the other; with `isJson` a document a
 * line. A collector that goes away is waited for. Throws the Faults of the first question.
 */
export async function watchStatus(
  { terminal, pause, interrupts }: Pick<CommandContext, 'terminal' | 'pause' | 'interrupts'>,
  { desk, isJson }: { desk: Pick<RemoteDesk, 'status'>; isJson: boolean },
): Promise<void> {
  const leaving = new AbortController();
  const { signal } = leaving;
  const left = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
  const leave = () => leaving.abort();
  const giveBack = interrupts.take(leave);
  terminal.out.gone.addEventListener('abort', leave, { once: true });
  try {
    for (let presence: Presence = 'new'; !signal.aborted; await pause.wait(WATCHED_EVERY_MS, signal)) {
      try {
        const status = await Promise.race([desk.status({ now: true }), left]);
        if (status !== null) show({ terminal, status, isJson });
        presence = 'here';
      } catch (error) {
        if (presence === 'new' || !isAbsence(error)) throw error;
        if (presence === 'here') say(terminal.err, 'the collector is away; waiting for it');
        presence = 'away';
      }
    }
  } finally {
    giveBack();
  }
}

type Presence = 'new' | 'here' | 'away';

function show({ terminal, status, isJson }: { terminal: Terminal; status: StatusView; isJson: boolean }): void {
  const { out } = terminal;
  if (isJson) {
    out.write(formatJsonLine(status));
    return;
  }
  const page = pageOf(terminal);
  const shown = toShown(status);
  const time = formatClock({ iso: shown.takenAt, timeZone: page.timeZone });
  const title = page.paint('quiet', `${time}, every ${WATCHED_EVERY_MS / 1000} s; Ctrl-C ends it`);
  out.write(drawOn(out, `${title}\n\n${formatStatus(shown, page)}`));
}

/** Over what stood there, as far as it fits: what scrolled out at the top could not be redrawn. */
function drawOn({ rows }: Pick<TextSink, 'rows'>, text: string): string {
  if (rows === null) return `${text}\n`;
  const lines = text.trimEnd().split('\n');
  // The last row is left for the cursor, and for what stderr may say.
  const room = Math.max(1, rows - 2);
  const left = lines.length - room;
  const shown = left <= 0 ? lines : [...lines.slice(0, room - 1), `… ${left + 1} more lines: trimtab status`];
  return `${HOME}${shown.map((line) => `${line}${END_OF_LINE}\n`).join('')}${BELOW}`;
}

function isAbsence(error: unknown): boolean {
  return error instanceof Fault && ['no-collector', 'collector-gone'].includes(error.detail.code);
}
