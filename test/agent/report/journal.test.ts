import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recoverJournal } from '../../../agent/src/conduct/recover-journal.ts';
import { type JournalEntry, writeJournal } from '../../../agent/src/report/journal.ts';
import { openOutbox } from '../../../agent/src/report/outbox.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { createTestLog, inFolder, sampleReport } from './in-folder.ts';

const ENDED = 'the agent ended while this trim ran, or before it could keep its report';

const BOOT = '11111111-1111-4111-8111-111111111111';
const { id, trigger, requestId, granted, filesystems } = sampleReport(1);
const STARTED_AT = 1_763_884_800_000;

const entry: JournalEntry = {
  trim: { id, trigger, requestId, granted },
  startedAt: STARTED_AT,
  bootId: BOOT,
  planned: [
    { mount: '/', kind: 'ext4', disks: ['sda'], again: false },
    { mount: '/srv', kind: 'xfs', disks: ['sdb'], again: true },
  ],
  before: { sda: { discardedBytes: 100, writtenBytes: 10 }, sdb: { discardedBytes: 0, writtenBytes: 0 } },
  results: [],
};

/** An agent starts in a folder as a crash left it; what it then finds in its outbox. */
async function restart({ path, bootId = BOOT }: { path: string; bootId?: string }) {
  const { createFolder } = await import('../../../agent/src/io/folder.ts');
  const log = createTestLog();
  const folder = createFolder(path);
  const outbox = await openOutbox({ folder: createFolder(join(path, 'outbox')), log });
  await recoverJournal({
    folder,
    outbox,
    readCounters: async (names) =>
      Object.fromEntries(names.map((name) => [name, { discardedBytes: 500, writtenBytes: 50 }])),
    clock: createTestClock(STARTED_AT + 60_000),
    log,
    bootId,
  });
  return { outbox, log, reports: await Promise.all(outbox.waiting().map((trimId) => outbox.read(trimId))) };
}

describe('a trim that the agent did not live to report', () => {
  it('that had just started is reported once, as failed, with what the layers counted', () =>
    inFolder(async ({ path, folder }) => {
      await writeJournal({ folder, entry });
      const { reports } = await restart({ path });
      expect(reports).toEqual([
        {
          ...entry.trim,
          startedAt: STARTED_AT,
          durationMs: 60_000,
          filesystems: entry.planned.map(({ mount, again }) =>
            expect.objectContaining({
              mount,
              again,
              outcome: expect.objectContaining({ status: 'failed', message: ENDED }),
            }),
          ),
          layers: ['sda', 'sdb'].map((name) => ({
            name,
            before: entry.before[name],
            after: { discardedBytes: 500, writtenBytes: 50 },
          })),
          limitsAfter: [],
        },
      ]);
      expect(await readdir(path)).toEqual(['outbox']);
      expect((await restart({ path })).reports).toHaveLength(1);
    }));

  it('keeps the outcome of the filesystems that were done with', () =>
    inFolder(async ({ path, folder }) => {
      await writeJournal({ folder, entry: { ...entry, results: filesystems } });
      const { reports } = await restart({ path });
      expect(reports[0]?.filesystems.map(({ outcome }) => outcome.status)).toEqual(['done', 'failed']);
    }));

  it('does not compare counters over a reboot, which begins them anew', () =>
    inFolder(async ({ path, folder }) => {
      await writeJournal({ folder, entry });
      const { reports } = await restart({ path, bootId: '22222222-2222-4222-8222-222222222222' });
      expect(reports[0]).toMatchObject({ id, layers: [] });
    }));

  it('that was reported and only its journal left is not reported again', () =>
    inFolder(async ({ path, folder }) => {
      await writeJournal({ folder, entry });
      const { createFolder } = await import('../../../agent/src/io/folder.ts');
      const kept = await openOutbox({ folder: createFolder(join(path, 'outbox')), log: createTestLog() });
      await kept.put(sampleReport(1));
      const { reports } = await restart({ path });
      expect(reports).toEqual([sampleReport(1)]);
      expect(await readdir(path)).toEqual(['outbox']);
    }));

  it.each(['', '{"trim":', '{}'])('whose journal reads %j does not stop the agent', (content) =>
    inFolder(async ({ path }) => {
      await writeFile(join(path, 'journal.json'), content);
      const { reports, log } = await restart({ path });
      expect(reports).toEqual([]);
      expect(log.lines).toEqual([expect.stringContaining('journal')]);
      expect(await readdir(join(path, 'broken'))).toEqual(['journal.json']);
    }),
  );

  it('with a journal half written had not begun', () =>
    inFolder(async ({ path }) => {
      await writeFile(join(path, 'journal.json.tmp'), JSON.stringify(entry).slice(0, 40));
      expect((await restart({ path })).reports).toEqual([]);
    }));
});
