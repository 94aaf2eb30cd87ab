import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createHostFiles, LONG_LIST } from '../../../collector/src/io/host-files.ts';
import { createStatusThread, PIECE } from '../../../collector/src/io/status-thread.ts';
import { createHungFolder, type HungFolder } from '../../support/machine/hung-folder.ts';

// stat(2) that hangs, in the thread that asks for many. Needs root, for a mount.

async function withHanging(
  test: (scene: { readonly paths: readonly string[]; readonly hung: HungFolder }) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-statuses-'));
  try {
    await using hung = await createHungFolder(folder);
    const paths = Array.from({ length: LONG_LIST }, (_, index) => join(folder, `${index}.raw`));
    for (const path of paths) writeFileSync(path, '');
    await test({ paths, hung });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('a thread that waits for one file has no answer, at once from then on, until that file has one', async () => {
  await withHanging(async ({ paths, hung }) => {
    const { link } = hung;
    const thread = createStatusThread({ patienceMs: 200 });
    // Its start may take longer than its patience.
    await expect.poll(() => thread.read(paths), { timeout: 60_000 }).toHaveLength(paths.length);
    const behind = thread.read(paths);
    const both = await Promise.all([thread.read([...paths.slice(0, PIECE), link]), behind]);
    expect(both[0]).toBeNull();
    expect(await thread.read(paths)).toBeNull();
    await hung[Symbol.asyncDispose]();
    await expect.poll(() => thread.read(paths), { timeout: 60_000 }).toHaveLength(paths.length);
    expect(await thread.read([link])).toEqual([null]);
  });
});

it('of a long list what hangs loses itself alone, and its place is told', async () => {
  await withHanging(async ({ paths, hung: { link } }) => {
    const files = createHostFiles({ patienceMs: 200 });
    for (const _ of ['the first time', 'while it hangs']) {
      const statuses = await files.statuses([link, ...paths]);
      expect(statuses[0]).toBeNull();
      expect(statuses.slice(1)).not.toContain(null);
      expect(files.silentPlace(link)).not.toBeNull();
    }
  });
});
