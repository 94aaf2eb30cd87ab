import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrimId, TrimReport } from '@trimtab/protocol';
import { createFolder } from '../../../agent/src/io/folder.ts';
import type { Log } from '../../../agent/src/ports/log.ts';

/** A folder of the real kind for one test. */
export async function inFolder(
  use: (place: { path: string; folder: ReturnType<typeof createFolder> }) => Promise<void>,
) {
  const path = await mkdtemp(join(tmpdir(), 'trimtab-report-'));
  try {
    await use({ path, folder: createFolder(path) });
  } finally {
    await rm(path, { recursive: true });
  }
}

export function createTestLog(): Log & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const line = (text: string): void => {
    lines.push(text);
  };
  return { lines, info: line, warn: line, error: line };
}

export function sampleReport(index: number): TrimReport {
  return {
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` as TrimId,
    trigger: 'scheduled',
    requestId: null,
    granted: true,
    startedAt: 1_763_884_800_000 + index,
    durationMs: 5,
    filesystems: [
      {
        mount: '/',
        kind: 'ext4',
        disks: ['sda'],
        durationMs: 5,
        outcome: { status: 'done', trimmedBytes: 4096 },
        again: false,
      },
    ],
    layers: [],
    limitsAfter: [],
  };
}
