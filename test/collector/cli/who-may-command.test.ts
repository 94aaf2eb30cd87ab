import { describe, expect, it } from 'vitest';
import type { AskedBy } from '../../../collector/src/model/asked-by.ts';
import { PIN } from '../api/enrolment-examples.ts';
import { TRIM } from '../api/examples.ts';
import { longLines, runInProcess } from './run-in-process.ts';

describe('trimtab guests, a person’s word', () => {
  it.each([
    [['approve', '3f2a91c0', '--as', 'web-2'], { what: 'approve', held: '3f2a91c0', name: 'web-2' }, /called web-2/],
    [
      ['approve', '3f2a91c0'],
      { what: 'approve', held: '3f2a91c0', name: null },
      /let in at its next connection.* else web-1: with ~2 .* where another guest is called so \(--as NAME chooses\)\. .* else once trimtab-agent run is started in it\. Next/,
    ],
    [['dismiss', '3f2a91c0'], { what: 'dismiss', held: '3f2a91c0' }, /trimtab guests approve 3f2a91c0/],
    [['revoke', 'web-1'], { what: 'revoke', guest: 'web-1' }, /trimtab guests reinstate web-1/],
    [['reinstate', 'web-1'], { what: 'reinstate', guest: 'web-1' }, /may connect again/],
    [['rename', 'web-1', 'shop-1'], { what: 'rename', guest: 'web-1', name: 'shop-1' }, /called shop-1 from now on/],
  ])('%j says so, and what comes next', async (args, asked, told) => {
    const { exitCode, out, said } = await runInProcess(['guests', ...args]);
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: [{ ...asked, askedBy: undefined }] });
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(told);
    expect(longLines(out)).toEqual([]);
    const json = await runInProcess(['guests', ...args, '--json']);
    expect(Object.keys(JSON.parse(json.out)).length).toBeGreaterThan(2);
  });

  it.each([
    ['approve', 'nobody'],
    ['revoke', 'nobody'],
    ['rename', 'nobody', 'x'],
    ['reinstate', 'nobody'],
    ['dismiss', 'nobody'],
  ])('%s of somebody who is not there is an error', async (...args) => {
    const { exitCode, out, err } = await runInProcess(['guests', ...args]);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toContain('nobody');
  });

  it.each([[['approve']], [['rename', 'web-1']], [['revoke', 'a', 'b']]])('%j is wrong usage', async (args) => {
    expect((await runInProcess(['guests', ...args])).exitCode).toBe(2);
  });
});

describe('trimtab keys', () => {
  it('shows by which keys guests know this collector, and how many know each', async () => {
    const { exitCode, out } = await runInProcess(['keys']);
    expect(exitCode).toBe(0);
    expect(out).toBe(`${PIN}
  in use; made 2026-11-27 17:00 +01:00; known to 3 of 5 guests
${'C'.repeat(43)}
  taken until 2026-12-27 17:00 +01:00; made 2026-10-27 17:00 +01:00; known to 5
  of 5 guests

Guests learn the new key when they connect. One that does not until the old one
is over has to join anew: trimtab enroll GUEST.
`);
  });

  it.each([
    [[], 30 * 86_400_000],
    [['--overlap', '12h'], 12 * 3_600_000],
    [['--overlap', '0'], 0],
  ])('rotate %j asks so', async (args, overlapMs) => {
    const { exitCode, out, said } = await runInProcess(['keys', 'rotate', ...args]);
    expect(out).toContain('Save the keys anew: ');
    expect(longLines(out)).toEqual([]);
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: [{ what: 'rotate', overlapMs, askedBy: undefined }] });
  });

  it('rotate with a time that is none is wrong usage', async () => {
    expect((await runInProcess(['keys', 'rotate', '--overlap', '400d'])).exitCode).toBe(2);
  });
});

describe('trimtab tokens', () => {
  it('create shows the token, once', async () => {
    const { exitCode, out, said } = await runInProcess(['tokens', 'create', 'dash', '--scope', 'trim', '--ttl', '90d']);
    const asked = { what: 'create-token', name: 'dash', scope: 'trim', ttlMs: 90 * 86_400_000, askedBy: undefined };
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: [asked] });
    expect(out).toContain(`\n  tta1.${'D'.repeat(43)}\n`);
    expect(longLines(out)).toEqual([]);
  });

  it('list shows all, and what may be done by them', async () => {
    expect((await runInProcess(['tokens', 'list'])).out).toBe(`NAME       MAY   UNTIL       MADE        BY
dashboard  read  no end      2026-11-27  ci
old        read  it is over  2026-11-27  ci
`);
  });

  it('revoke ends one', async () => {
    const { out, said } = await runInProcess(['tokens', 'revoke', 'dashboard']);
    expect(said).toEqual([{ what: 'revoke-token', name: 'dashboard', askedBy: undefined }]);
    expect(out).toMatch(/good for nothing any more/);
  });

  it.each([
    [['create', 'dash'], /--scope/],
    [['create', 'dash', '--scope', 'all'], /read, trim, admin/],
    [['create', 'a b', '--scope', 'read'], /is no name for a token/],
  ])('%j is wrong usage', async (args, reason) => {
    const { exitCode, err, said } = await runInProcess(['tokens', ...args]);
    expect({ exitCode, said }).toEqual({ exitCode: 2, said: [] });
    expect(err).toMatch(reason);
  });
});

describe('trimtab history --deeds', () => {
  it('shows what people had done, and who they were', async () => {
    const { exitCode, out, said } = await runInProcess(['history', '--deeds', '--limit', '7']);
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: [{ limit: 7 }] });
    expect(out).toBe(`WHEN (+01:00)     WHAT      TO WHAT           BY      OUTCOME
2026-11-27 17:20  repaired  web-1 sda         ci      repaired
2026-11-27 17:10  approved  web-1 (3f2a91c0)  socket  -
`);
    expect((await runInProcess(['history', 'web-1', '--deeds'])).exitCode).toBe(2);
  });

  it('cuts nothing off where names are long', async () => {
    const subject = `${'a-guest-of-a-long-name-'.repeat(3)}1 (3f2a91c0)`;
    const at = '2026-11-27T16:20:00.000Z';
    const { out } = await runInProcess(['history', '--deeds'], {
      deeds: async () => ({
        takenAt: at,
        deeds: [
          { kind: 'revoke-token', at, askedBy: { kind: 'socket' }, subject: 'ci', outcome: null },
          { kind: 'approve', at, askedBy: { kind: 'token', name: 'ci' }, subject, outcome: 'to be called web-2' },
        ],
      }),
    });
    expect(out).toBe(`WHEN (+01:00)     WHAT             BY
2026-11-27 17:20  API token ended  socket
  ci
2026-11-27 17:20  approved         ci
  a-guest-of-a-long-name-a-guest-of-a-long-name-a-guest-of-a-long-name-1
    (3f2a91c0): to be called web-2
`);
    expect(longLines(out)).toEqual([]);
  });
});

describe('trimtab history ID', () => {
  const show = (askedBy: AskedBy | null) =>
    runInProcess(['history', TRIM.id], { findTrim: async () => ({ ...TRIM, askedBy }) });

  it('says who asked for the trim, where that has a name', async () => {
    expect((await show({ kind: 'token', name: 'ci' })).out).toContain('\n  asked for by the token ci of the API\n');
    expect((await show({ kind: 'socket' })).out).not.toContain('asked for by');
    expect((await show(null)).out).not.toContain('asked for by');
  });

  it('--json says it of each', async () => {
    const { out } = await runInProcess(['history', TRIM.id, '--json'], {
      findTrim: async () => ({ ...TRIM, askedBy: { kind: 'token', name: 'ci' } }),
    });
    expect(JSON.parse(out)).toMatchObject({ askedBy: { kind: 'token', name: 'ci' } });
  });
});

it('guests forget says by which command a guest is forgotten, and forgets none', async () => {
  const { exitCode, err, said } = await runInProcess(['guests', 'forget', 'web-1', '--yes']);
  expect({ exitCode, said }).toEqual({ exitCode: 2, said: [] });
  expect(err).toContain('trimtab forget web-1');
});
