import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepHostId } from '../../../collector/src/io/host-id.ts';
import type { HostId } from '../../../collector/src/model/host-id.ts';

const ONE = '11111111-1111-4111-8111-111111111111' as HostId;
const OTHER = '22222222-2222-4222-8222-222222222222' as HostId;

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-host-id-'));
  path = join(folder, 'host-id');
});
afterEach(() => rm(folder, { recursive: true }));

const keep = (drawn: HostId) => keepHostId({ path, newId: () => drawn });

it('draws an id at the first start and keeps it from then on', async () => {
  expect(await keep(ONE)).toBe(ONE);
  expect(await keep(OTHER)).toBe(ONE);
  expect(await readFile(path, 'utf8')).toBe(`${ONE}\n`);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['host-id']);
});

it('does not take what a start that was killed left behind for the id', async () => {
  await writeFile(`${path}.tmp`, '1111');
  expect(await keep(ONE)).toBe(ONE);
});

it.each([
  ['nothing', ''],
  ['half an id', ONE.slice(0, 20)],
  ['two', `${ONE}\n${OTHER}\n`],
  ['zeros after a loss of power', '\0'.repeat(37)],
])('refuses a file that holds %s, and leaves it alone', async (_, text) => {
  await writeFile(path, text);
  await expect(keep(OTHER)).rejects.toMatchObject({
    detail: { code: 'host-id-damaged', subject: path, hint: expect.stringContaining(`rm ${path}`) },
  });
  expect(await readFile(path, 'utf8')).toBe(text);
});

it('says what to do where it cannot be kept', async () => {
  await mkdir(path);
  await expect(keep(ONE)).rejects.toMatchObject({ detail: { code: 'host-id-not-kept', subject: path } });
  await expect(keepHostId({ path: '/proc/host-id', newId: () => ONE })).rejects.toMatchObject({
    detail: { code: 'host-id-not-kept', hint: expect.stringContaining('--state-directory') },
  });
});
