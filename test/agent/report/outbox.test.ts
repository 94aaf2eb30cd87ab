import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequestId } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { openOutbox } from '../../../agent/src/report/outbox.ts';
import { createTestLog, inFolder, sampleReport } from './in-folder.ts';

describe('the outbox', () => {
  it('gives back after a restart what was put in before, the oldest first', () =>
    inFolder(async ({ folder }) => {
      const log = createTestLog();
      const before = await openOutbox({ folder, log });
      for (const index of [3, 1, 2]) await before.put(sampleReport(index));
      const after = await openOutbox({ folder, log });
      expect(after.waiting()).toEqual([1, 2, 3].map((index) => sampleReport(index).id));
      expect(await after.read(sampleReport(2).id)).toEqual(sampleReport(2));
      await after.remove(sampleReport(2).id);
      expect((await openOutbox({ folder, log })).waiting()).toEqual([1, 3].map((index) => sampleReport(index).id));
    }));

  it('knows which requests its reports answer, also after a restart, until they are gone', () =>
    inFolder(async ({ folder }) => {
      const log = createTestLog();
      const requestId = '99999999-9999-4999-8999-999999999999' as RequestId;
      const before = await openOutbox({ folder, log });
      await before.put(sampleReport(1));
      expect(before.answers(requestId)).toBe(false);
      await before.put({ ...sampleReport(2), requestId });
      expect(before.answers(requestId)).toBe(true);
      const after = await openOutbox({ folder, log });
      expect(after.answers(requestId)).toBe(true);
      await after.remove(sampleReport(2).id);
      expect(after.answers(requestId)).toBe(false);
    }));

  it('keeps one file of a report that is put in twice', () =>
    inFolder(async ({ path, folder }) => {
      const outbox = await openOutbox({ folder, log: createTestLog() });
      await outbox.put(sampleReport(1));
      await outbox.put({ ...sampleReport(1), durationMs: 6 });
      expect(await readdir(path)).toHaveLength(1);
      expect(await outbox.read(sampleReport(1).id)).toMatchObject({ durationMs: 6 });
    }));

  it('does not see what a crash left half written', () =>
    inFolder(async ({ path, folder }) => {
      const log = createTestLog();
      const name = `0000000000000001_${sampleReport(1).id}.json`;
      await writeFile(join(path, `${name}.tmp`), '{"id":');
      const outbox = await openOutbox({ folder, log });
      expect(outbox.waiting()).toEqual([]);
      await outbox.put({ ...sampleReport(1), startedAt: 1 });
      expect(await readdir(path)).toEqual([name]);
    }));

  it.each(['', '{"id":', '{}', 'null', JSON.stringify(sampleReport(2))])('sets %j aside and goes on', (content) =>
    inFolder(async ({ path, folder }) => {
      const log = createTestLog();
      const name = `0000000000000001_${sampleReport(1).id}.json`;
      await writeFile(join(path, name), content);
      const outbox = await openOutbox({ folder, log });
      await outbox.put(sampleReport(3));
      expect(await outbox.read(sampleReport(1).id)).toBeNull();
      expect(await readdir(join(path, 'broken'))).toEqual([name]);
      expect(log.lines).toEqual([expect.stringContaining('cannot be read')]);
      expect(outbox.waiting()).toEqual([sampleReport(3).id]);
    }),
  );

  it('drops the oldest over its bound, and says so', () =>
    inFolder(async ({ folder }) => {
      const log = createTestLog();
      const outbox = await openOutbox({ folder, log, limit: 2 });
      for (const index of [1, 2, 3]) await outbox.put(sampleReport(index));
      expect(outbox.waiting()).toEqual([2, 3].map((index) => sampleReport(index).id));
      expect(log.lines).toEqual([expect.stringContaining(sampleReport(1).id)]);
      expect(await folder.list()).toHaveLength(2);
    }));

  it('says what to do when its folder cannot be written', () =>
    inFolder(async ({ path }) => {
      const { createFolder } = await import('../../../agent/src/io/folder.ts');
      await writeFile(join(path, 'file'), '');
      const outbox = await openOutbox({ folder: createFolder(join(path, 'other')), log: createTestLog() });
      await mkdir(join(path, 'other'));
      await outbox.put(sampleReport(1));
      await expect(createFolder(join(path, 'file')).prepare()).rejects.toThrow(/cannot write: .*file/);
    }));
});
