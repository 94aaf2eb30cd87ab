import { link, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import { findUnclaimed } from '../../../collector/src/pool/unclaimed-images.ts';

// Real files in a folder of their own.

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-unclaimed-'));
});
afterEach(() => rm(folder, { recursive: true }));

const find = (claimed: readonly string[], files = createHostFiles()) =>
  findUnclaimed({ files, folders: [{ path: folder, pool: '/pool' }], claimed: new Set(claimed.map(at)) });

it('an image that no guest has is told with its sizes, the largest first', async () => {
  for (const name of ['web.qcow2', 'base.img', 'left.qcow2']) await writeFile(at(name), name);
  await writeFile(at('big.RAW'), Buffer.alloc(1024 * 1024, 1));
  await truncate(at('left.qcow2'), 1024 ** 3);
  const { images, findings } = await find(['web.qcow2', 'base.img']);
  expect(findings).toEqual([]);
  expect(images.map(({ path, pool, physicalBytes }) => [path, pool, physicalBytes])).toEqual([
    [at('big.RAW'), '/pool', 1024 ** 2],
    [at('left.qcow2'), '/pool', 1024 ** 3],
  ]);
  expect(images[1]?.allocationBytes).toBeLessThan(1024 ** 2);
});

it('what is no image by its name, a folder, a link and a second name of a guest’s image are not told', async () => {
  await writeFile(at('web.qcow2'), 'web');
  await writeFile(at('debian.iso'), 'iso');
  await writeFile(at('web.xml'), 'xml');
  await writeFile(at('image'), 'unnamed');
  await mkdir(at('folder.img'));
  await symlink('/etc/passwd', at('link.img'));
  await link(at('web.qcow2'), at('same.qcow2'));
  expect((await find(['web.qcow2'])).images).toEqual([]);
});

it('nothing is opened, and a folder that is too large is said to be so', async () => {
  await writeFile(at('left.img'), 'left');
  const { listUpTo, status, statuses, readLink } = createHostFiles();
  const asked: [string, number][] = [];
  const files = {
    status,
    statuses,
    readLink,
    // The port that it is given cannot open anything.
    async listUpTo(path: string, most: number) {
      asked.push([path, most]);
      return asked.length === 1 ? listUpTo(path, most) : null;
    },
  };
  const ask = () => findUnclaimed({ files, folders: [{ path: folder, pool: null }], claimed: new Set<string>() });
  expect((await ask()).images).toHaveLength(1);
  expect(await ask()).toEqual({ images: [], findings: [expect.objectContaining({ subject: folder })] });
  expect(asked).toEqual([
    [folder, 4_096],
    [folder, 4_096],
  ]);
});

it('a folder is read no further than its limit', async () => {
  for (const n of [1, 2, 3]) await writeFile(at(`${n}.img`), '');
  const { listUpTo } = createHostFiles();
  expect(await listUpTo(folder, 3)).toEqual(['1.img', '2.img', '3.img']);
  expect(await listUpTo(folder, 2)).toBeNull();
  expect(await listUpTo(at('nothing'), 2)).toBeNull();
});

it('folders beyond the limit are not looked into, and somebody is told how many', async () => {
  const folders = Array.from({ length: 66 }, (_, index) => ({ path: at(`f${index}`), pool: null }));
  for (const { path } of folders) {
    await mkdir(path);
    await writeFile(join(path, 'left.img'), '');
  }
  const ask = (count: number) =>
    findUnclaimed({ files: createHostFiles(), folders: folders.slice(0, count), claimed: new Set<string>() });
  expect(await ask(64)).toMatchObject({ images: { length: 64 }, findings: [] });
  const { images, findings } = await ask(66);
  expect(images).toHaveLength(64);
  expect(findings).toEqual([
    { subject: at('f64'), sentence: expect.stringMatching(/^It and 1 more were not looked into/), hint: null },
  ]);
});

it('a large folder does not have all its files asked for at once', async () => {
  for (let index = 0; index < 300; index++) await writeFile(at(`${index}.img`), '');
  const files = createHostFiles();
  let underWay = 0;
  let most = 0;
  const status = async (path: string) => {
    most = Math.max(most, ++underWay);
    const found = await files.status(path);
    underWay -= 1;
    return found;
  };
  expect((await find([], { ...files, status })).images).toHaveLength(200);
  expect(most).toBeLessThanOrEqual(64);
});
