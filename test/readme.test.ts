import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrimId } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import { createPaint } from '../collector/src/cli/paint.ts';
import { formatTrim } from '../collector/src/cli/views/trim.ts';
import { judge } from '../collector/src/diagnose/judge.ts';
import type { Hops } from '../collector/src/model/trim-result.ts';
import { TRIM } from './collector/api/examples.ts';
import { trimmed } from './collector/diagnose/examples.ts';

// The numbers are those of `npm run demo -- --qemu`; what is printed of them is made here.

const IMAGE = '/guests/web-1.img';
const SENT_BYTES = 31_526_367_232;
const HOPS: Hops = {
  trimmedBytes: SENT_BYTES,
  issuedBytes: SENT_BYTES,
  receivedBytes: SENT_BYTES,
  passedBytes: 0,
  reclaimedBytes: 0,
  regainedBytes: 0,
};

it('the sample in README.md is what trimtab trim prints', () => {
  const evidence = trimmed({
    guest: 'web-1',
    hops: HOPS,
    image: { path: IMAGE },
    nodes: [
      { node: 'disk0-format', role: 'format', discard: 'ignore' },
      { node: 'disk0-file', role: 'file', discard: 'ignore' },
    ],
    repair: { kind: 'possible' },
  });
  const printed = formatTrim(
    {
      ...TRIM,
      id: '2f83dd1e-f9dd-4b04-87b9-e9983f17ef4b' as TrimId,
      guest: 'web-1',
      startedAt: '2026-11-26T22:15:00.000Z',
      durationMs: 124,
      filesystems: [
        {
          mount: '/data',
          kind: 'ext4',
          disks: ['sda'],
          durationMs: 111,
          outcome: { status: 'done', trimmedBytes: SENT_BYTES },
          again: false,
        },
      ],
      disks: [
        {
          ...judge(evidence),
          device: 'sda',
          image: IMAGE,
          matchedBy: 'serial',
          hops: HOPS,
          slack: null,
          writtenBytes: 4096,
          allocationBytes: { before: 1_189_085_184, after: 1_189_085_184 },
          contradictions: [],
          gaps: [],
        },
      ],
    },
    { width: 80, paint: createPaint(false), timeZone: 'UTC' },
  );
  const indented = printed.replace(/^(?=.)/gm, '    ');
  const page = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  expect(page).toContain(`    $ trimtab trim web-1 /data\n${indented}`);
});
