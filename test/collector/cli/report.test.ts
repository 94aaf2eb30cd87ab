import { expect, it } from 'vitest';
import { createPaint } from '../../../collector/src/cli/paint.ts';
import { formatReportHtml } from '../../../collector/src/cli/report-html/format-report-html.ts';
import { toShown } from '../../../collector/src/cli/tell-answer.ts';
import { textWidth } from '../../../collector/src/cli/text-width.ts';
import { formatReport } from '../../../collector/src/cli/views/report.ts';
import { formatReportCsv } from '../../../collector/src/cli/views/report-csv.ts';
import { sumUp } from '../../../collector/src/cli/views/report-sums.ts';
import { HOSTILE } from '../api/hostile.ts';
import { REPORT } from '../api/report-example.ts';

const PAGE = { width: 80, paint: createPaint(false), timeZone: 'Europe/Vienna' };
const SHOWN = toShown(REPORT);

it('in words says what came back, where nothing did, and what is still to be had, in 80 columns', () => {
  const text = formatReport(SHOWN, PAGE);
  expect(text.split('\n').filter((line) => textWidth(line) > 80)).toEqual([]);
  expect(text).toMatchInlineSnapshot(`
    "From 2026-10-28 13:00 +01:00 to 2026-11-27 13:00 +01:00
    12 trims of 3 guests: the host got 11.8 GiB back; the guests said that they
    trimmed 235 GiB (4 not told).

    GUEST                              TRIMS  TRIMMED  CAME BACK
    web-1                                  4  118 GiB   10.2 GiB
    bare                                   4        -    1.6 GiB
    evil�[2J�]0;owned��31m�gnp�root#       4  118 GiB        0 B

    Where nothing came back
      lost at passed: host-ignores-discard, 3 times
        (evil�[2J�]0;owned��31m�gnp�root# )
      held: cause unknown, once (evil�[2J�]0;owned��31m�gnp�root# and 1 more)
      trimtab doctor has the fixes.

    POOL                     THEN        USED THEN  USED LAST     CHANGE     SIZE
    /var/lib/libvirt/images  2026-10-28   60.0 GiB   79.0 GiB  +19.0 GiB  100 GiB

    How forecasts did
    POOL                   ON          FULL, THEN  FULL, NOW     FORETOLD       GREW
    …r/lib/libvirt/images  2026-10-28  2027-01-20  2027-02-02   +24.0 GiB  +19.0 GiB
    …np�root#  (metadata)  2026-11-17  too early   not growing          -   -1.0 GiB

    Still to be had, estimated: 2.0 GiB by trimming now, 11.0 GiB after the fixes
    that trimtab doctor names. One disk cannot be estimated.
    "
  `);
});

it('says so where no trim began', () => {
  const text = formatReport({ ...SHOWN, rows: [], losses: [], verdicts: [], pools: [] }, PAGE);
  expect(text).toContain('No trim began in that time.');
  expect(text).not.toContain('GUEST');
});

it('one trim of one guest is told as one, and a disk that nobody measured is no 0', () => {
  const row = {
    day: '2026-11-22',
    guest: 'bare',
    trims: 1,
    trimmed: { bytes: 0, untold: 1 },
    reclaimed: { bytes: 0, untold: 1 },
  };
  const text = formatReport({ ...SHOWN, rows: [row] }, PAGE);
  expect(text).toContain('One trim of one guest');
  expect(text).toMatch(/^bare +1 +- +-$/m);
});

it('CSV has a line a day and guest, and a name is neither a formula nor a new cell', () => {
  const [row] = REPORT.rows;
  if (row === undefined) throw new Error('the example has no row');
  const rows = ['=cmd|calc', 'a,b', 'a "b"', '-x', 'plain'].map((guest) => ({ ...row, guest }));
  const lines = formatReportCsv({ ...REPORT, rows })
    .trimEnd()
    .split('\n');
  expect(lines[0]).toBe('day,guest,trims,trimmed_bytes,trimmed_untold,reclaimed_bytes,reclaimed_untold');
  expect(lines.slice(1).map((line) => line.slice('2026-11-01,'.length, line.indexOf(',1,')))).toEqual([
    "'=cmd|calc",
    '"a,b"',
    '"a ""b"""',
    "'-x",
    'plain',
  ]);
});

it('the HTML fetches nothing and runs nothing, and no name is markup', () => {
  const name = '<script>alert(1)</script>"\'&';
  const [row] = REPORT.rows;
  if (row === undefined) throw new Error('the example has no row');
  const html = formatReportHtml(
    {
      ...REPORT,
      rows: [{ ...row, guest: name }],
      losses: [{ verdict: 'lost', hop: 'passed', cause: name, disks: 1, guests: [name] }],
      pools: REPORT.pools.map((pool) => ({ ...pool, pool: name })),
    },
    PAGE,
  );
  expect(html).not.toContain('<script');
  expect(html).toContain('&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;');
  expect(html).not.toMatch(/(?:src|href)=|url\(|@import|https?:/);
  expect(html).toContain('prefers-color-scheme: dark');
});

it('sums of guests and of days are the sum of all', () => {
  const { guests, days, trims, reclaimed } = sumUp(REPORT.rows);
  for (const parts of [guests, days]) {
    expect(parts.reduce((sum, part) => sum + part.trims, 0)).toBe(trims);
    expect(parts.reduce((sum, part) => sum + part.reclaimed.bytes, 0)).toBeCloseTo(reclaimed.bytes, 0);
  }
  expect(guests.map(({ guest }) => guest)).toEqual(['web-1', 'bare', HOSTILE]);
});
