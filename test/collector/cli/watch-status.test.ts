import { Fault } from '@trimtab/protocol/shared';
import { expect, it } from 'vitest';
import { createInterrupts } from '../../../collector/src/cli/interrupts.ts';
import { toShown } from '../../../collector/src/cli/tell-answer.ts';
import { formatStatus } from '../../../collector/src/cli/views/status.ts';
import { WATCHED_EVERY_MS, watchStatus } from '../../../collector/src/cli/watch-status.ts';
import type { StatusView } from '../../../collector/src/model/status.ts';
import type { Terminal, TextSink } from '../../../collector/src/ports/terminal.ts';
import { STATUS } from '../api/examples.ts';
import { createFakeDesk } from '../api/fake-desk.ts';
import { serveDesk } from '../api/served-desk.ts';
import { runTrimtab, startTrimtab, TIME_ZONE } from './run-trimtab.ts';

const AWAY = new Fault({ code: 'no-collector', operation: 'ask', subject: '/s', cause: 'it is away', hint: null });
const END = new Error('the test ends here');

/** Watches until the answers are used up. Time passes only for who waits. */
async function watch(answers: readonly (StatusView | Error)[], { rows = null as number | null, isJson = false } = {}) {
  const shown: string[] = [];
  const said: string[] = [];
  const waits: number[] = [];
  const left = [...answers, END];
  const sinkOf = (written: string[]): TextSink => ({
    write: (text) => void written.push(text),
    isTerminal: rows !== null,
    isJournal: false,
    gone: new AbortController().signal,
    columns: 80,
    rows,
  });
  const terminal = { out: sinkOf(shown), err: sinkOf(said), colours: false, timeZone: TIME_ZONE } as Terminal;
  const pause = { monotonicMs: () => 0, wait: async (delayMs: number) => void waits.push(delayMs) };
  const desk = {
    async status() {
      const answer = left.shift() ?? END;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const interrupts = createInterrupts({ onInterrupt: () => () => {} });
  await expect(watchStatus({ terminal, pause, interrupts }, { desk, isJson })).rejects.toBe(END);
  return { shown, said, waits };
}

it('shows the status again and again, each with its time', async () => {
  const later = { ...STATUS, takenAt: '2026-11-23T07:44:12.000Z' };
  const { shown, waits } = await watch([STATUS, later]);
  const page = { width: 80, paint: (_: unknown, text: string) => text, timeZone: TIME_ZONE };
  expect(shown).toEqual([
    `08:44:10 (+01:00), every 2 s; Ctrl-C ends it\n\n${formatStatus(toShown(STATUS), page)}\n`,
    `08:44:12 (+01:00), every 2 s; Ctrl-C ends it\n\n${formatStatus(toShown(later), page)}\n`,
  ]);
  expect(waits).toEqual([WATCHED_EVERY_MS, WATCHED_EVERY_MS]);
});

it('on a terminal it is drawn over what stood there, no line more than fits', async () => {
  const { shown } = await watch([STATUS, STATUS], { rows: 12 });
  for (const text of shown) {
    expect(text.startsWith('\u001b[H08:44:10')).toBe(true);
    expect(text.endsWith('more lines: trimtab status\u001b[K\n\u001b[J')).toBe(true);
    expect(text.split('\n')).toHaveLength(11);
  }
  const [whole = ''] = (await watch([STATUS], { rows: 200 })).shown;
  expect(whole).not.toContain('more lines');
  expect(whole).toContain('/proc/4711/fd: not readable');
});

it('waits for a collector that goes away, and says so once', async () => {
  const { shown, said } = await watch([STATUS, AWAY, AWAY, STATUS, AWAY], { isJson: true });
  expect(shown).toHaveLength(2);
  expect(said).toEqual(Array.from({ length: 2 }, () => 'the collector is away; waiting for it\n'));
});

it('with --json each document is a line, and Ctrl-C ends it with 130', async () => {
  let asked = 0;
  let askedThrice = () => {};
  const thrice = new Promise<void>((resolve) => {
    askedThrice = resolve;
  });
  const desk = createFakeDesk({
    async status() {
      asked += 1;
      if (asked === 3) askedThrice();
      return STATUS;
    },
  });
  const served = await serveDesk(desk);
  const { child, ended } = startTrimtab(['status', '--watch', '--json', '--socket', served.socketPath]);
  await thrice;
  child.kill('SIGINT');
  const { exitCode, stdout, stderr } = await ended;
  await served.close();
  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' });
  const documents = stdout.trimEnd().split('\n');
  expect(documents.length).toBeGreaterThanOrEqual(2);
  for (const document of documents) expect(JSON.parse(document)).toEqual(STATUS);
});

it('without a collector it does not begin', async () => {
  const { exitCode, stderr } = await runTrimtab(['status', '--watch', '--socket', '/tmp/nobody/here.sock']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('no collector runs') });
});

it('Ctrl-C ends it also while the collector thinks', async () => {
  let asked = () => {};
  const thinking = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const served = await serveDesk(
    createFakeDesk({
      status() {
        asked();
        return new Promise(() => {});
      },
    }),
  );
  const { child, ended } = startTrimtab(['status', '--watch', '--socket', served.socketPath]);
  await thinking;
  child.kill('SIGINT');
  expect(await ended).toEqual({ exitCode: 130, stdout: '', stderr: '' });
  await served.close();
});
