import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makePackages } from '../../packaging/make-packages.ts';
import { listProducts } from '../../packaging/products.ts';
import { runCommand } from '../support/machine/command.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-formats-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Those that no Node.js is in are made in a moment, as they are for people. */
const NOARCH = listProducts().filter(({ id }) => id.includes('noarch'));

const make = (name: string) =>
  makePackages({
    products: NOARCH,
    folder: join(folder, name),
    isQuick: false,
    say: () => {},
    signal: new AbortController().signal,
  });

it('two runs make the same bytes, of each format', async () => {
  const one = await make('one');
  const other = await make('other');
  expect(one.map(({ file }) => file.replace(/[\d.]+-?\d*/, '*'))).toHaveLength(3);
  expect(other.map(({ sha256 }) => sha256)).toEqual(one.map(({ sha256 }) => sha256));
});

it('without a Node.js a package is at most 400 KB', async () => {
  for (const file of await readdir(join(folder, 'one')))
    expect((await stat(join(folder, 'one', file))).size, file).toBeLessThanOrEqual(400_000);
});

it('all of them hold the same programs, and all is root’s', async () => {
  const files = (await readdir(join(folder, 'one'))).map((file) => join(folder, 'one', file));
  const find = (end: string) => files.find((file) => file.endsWith(end)) ?? '';
  const deb = await runCommand('dpkg-deb', ['--contents', find('.deb')]);
  const rpm = await runCommand('rpm', ['--query', '--list', '--verbose', '--package', find('.rpm')]);
  const tar = await runCommand('tar', ['--list', '--verbose', '--file', find('.tar.xz')]);
  for (const [listing, owner] of [
    [deb, 'root/root'],
    [rpm, 'root     root'],
    [tar, '0/0'],
  ] as const) {
    const lines = listing.trim().split('\n');
    expect(lines.filter((line) => !line.includes(owner))).toEqual([]);
    for (const path of [
      '/usr/bin/trimtab-agent',
      '/usr/lib/trimtab-agent/trimtab-agent.cjs',
      '/usr/share/man/man8/trimtab-agent.8.gz',
    ])
      expect(listing).toContain(path);
    // The day of the release, and of nothing else.
    expect(new Set(lines.map((line) => /\d{4}-\d\d-\d\d|[A-Z][a-z]{2} +\d+ +[\d:]+/.exec(line)?.[0])).size).toBe(1);
  }
});
