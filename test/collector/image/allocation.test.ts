import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readImageState } from '../../../collector/src/image/allocation.ts';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-allocation-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const files = createHostFiles();
const toFacts = (path: string, format: string) => ({
  path,
  format,
  capacityBytes: 1,
  internalSnapshots: 0,
  backingFile: null,
  clusterBytes: null,
});

it('tells the space a sparse image takes from its length, and a resized raw image by its new length', async () => {
  const path = join(folder, 'sparse.raw');
  writeFileSync(path, Buffer.alloc(256 * 1024, 1));
  truncateSync(path, 2 ** 40);
  const raw = await readImageState({ files, facts: toFacts(path, 'raw'), pool: '/' });
  expect(raw).toMatchObject({ physicalBytes: 2 ** 40, capacityBytes: 2 ** 40, pool: '/' });
  expect(raw.allocationBytes).toBeGreaterThanOrEqual(256 * 1024);
  expect(raw.allocationBytes).toBeLessThan(2 ** 30);
  expect((await readImageState({ files, facts: toFacts(path, 'qcow2'), pool: '/' })).capacityBytes).toBe(1);
});

it('has faults for an image that is gone and for a block device', async () => {
  const gone = readImageState({ files, facts: toFacts(join(folder, 'none'), 'raw'), pool: '/' });
  await expect(gone).rejects.toMatchObject({ detail: { code: 'image-gone' } });
  const device = readImageState({ files, facts: toFacts('/dev/loop0', 'raw'), pool: '/' });
  await expect(device).rejects.toMatchObject({ detail: { code: 'block-device-image' } });
});
