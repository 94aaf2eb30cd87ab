import { expect, it } from 'vitest';
import { createPaint } from '../../../collector/src/cli/paint.ts';
import { formatStatus } from '../../../collector/src/cli/views/status.ts';
import { STATUS } from '../api/examples.ts';
import { createFakeDesk } from '../api/fake-desk.ts';
import { serveDesk } from '../api/served-desk.ts';
import { runTrimtab, TIME_ZONE } from './run-trimtab.ts';

const PAGE = { width: 80, paint: createPaint(false), timeZone: TIME_ZONE };
const before = (iso: string, seconds: number) => new Date(Date.parse(iso) - seconds * 1000).toISOString();

const firstLine = ({ levels, host }: { levels: number; host: number }) => {
  const { askedAt } = STATUS;
  const text = formatStatus(
    { ...STATUS, firingAlerts: 0, takenAt: before(askedAt, levels), surveyedAt: before(askedAt, host) },
    PAGE,
  );
  return text.slice(0, text.indexOf('\n\n')).replaceAll('\n', ' ');
};

it.each([
  [{ levels: 40, host: 42 }, 'As of 40 s ago. `trimtab status --now` looks anew.'],
  [
    { levels: 20, host: 260 },
    'As of 20 s ago; which guests and images there are, of 4 min ago. `trimtab status --now` looks anew.',
  ],
  [
    { levels: 0, host: 7_300 },
    'As of now; which guests and images there are, of 2 h ago. `trimtab status --now` looks anew.',
  ],
])('a status says how old it is: %o', (ages, expected) => {
  expect(firstLine(ages)).toBe(expected);
});

it('one that was looked at for it says nothing of that', () => {
  expect(firstLine({ levels: 0, host: 0 })).not.toContain('ago');
  expect(firstLine({ levels: 4, host: 4 })).not.toContain('ago');
});

it.each([
  [['status', '--json'], false],
  [['status', '--json', '--now'], true],
])('%j asks for now: %s', async (words, expected) => {
  const asked: boolean[] = [];
  const served = await serveDesk(
    createFakeDesk({
      async status({ now }) {
        asked.push(now);
        return STATUS;
      },
    }),
  );
  try {
    const { exitCode } = await runTrimtab([...words, '--socket', served.socketPath]);
    expect({ exitCode, asked }).toEqual({ exitCode: 0, asked: [expected] });
  } finally {
    await served.close();
  }
});
