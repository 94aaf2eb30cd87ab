import { describe, expect, it } from 'vitest';
import { createPaint } from '../../../collector/src/cli/paint.ts';
import { textWidth } from '../../../collector/src/cli/text-width.ts';
import { formatDoctor } from '../../../collector/src/cli/views/doctor.ts';
import { formatGuests } from '../../../collector/src/cli/views/guests.ts';
import { formatHistory } from '../../../collector/src/cli/views/history.ts';
import { formatStatus } from '../../../collector/src/cli/views/status.ts';
import { formatTrim } from '../../../collector/src/cli/views/trim.ts';
import type { TrimResult } from '../../../collector/src/model/trim-result.ts';
import { DOCTOR } from '../api/doctor-example.ts';
import { FAILED_FILESYSTEM, GUESTS, HOSTILE, STATUS, TRIM } from '../api/examples.ts';

const PAGE = { width: 80, paint: createPaint(false) };

const UNMATCHED: TrimResult = {
  ...TRIM,
  guest: HOSTILE,
  trigger: 'caught-up',
  filesystems: [FAILED_FILESYSTEM],
  disks: TRIM.disks.slice(0, 1).map((disk) => ({
    ...disk,
    device: HOSTILE,
    image: null,
    matchedBy: null,
    hops: {
      trimmedBytes: null,
      issuedBytes: null,
      receivedBytes: null,
      passedBytes: null,
      reclaimedBytes: null,
      regainedBytes: null,
    },
    verdict: 'inconclusive',
    sentence: 'No image of this host was found for this disk, so only the guest’s own numbers are known.',
    fix: `Name it in the configuration ${HOSTILE}`,
  })),
};

const VIEWS: readonly [name: string, text: string][] = [
  ['status', formatStatus(STATUS, PAGE)],
  ['status-empty', formatStatus({ ...STATUS, pools: [], images: [], sources: [], findings: [] }, PAGE)],
  ['guests', formatGuests(GUESTS, PAGE)],
  ['guests-empty', formatGuests({ ...GUESTS, guests: [], findings: [] }, PAGE)],
  ['history', formatHistory([TRIM, UNMATCHED], PAGE)],
  ['history-empty', formatHistory([], PAGE)],
  ['doctor', formatDoctor(DOCTOR, PAGE)],
  ['doctor-empty', formatDoctor({ ...DOCTOR, guests: [], findings: [] }, PAGE)],
  ['trim', formatTrim(TRIM, PAGE)],
  ['trim-unmatched', formatTrim(UNMATCHED, PAGE)],
];

describe.each(VIEWS)('%s', (name, text) => {
  it('reads as it should', async () => {
    await expect(text).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it('has nothing in it that a terminal would carry out', () => {
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('fits 80 columns, but for what is there to be copied', () => {
    const fix = (line: string) => /^ {4}(virsh|Name it| {4}(virt-xml|qemu-img))/.test(line);
    expect(text.split('\n').filter((line) => textWidth(line) > 80 && !fix(line))).toEqual([]);
  });
});

it('on a terminal, what is lost is red and what came back is green', () => {
  const text = formatTrim(TRIM, { width: 80, paint: createPaint(true) });
  expect(text).toContain('\u001b[32mreclaimed: '.replace('reclaimed', '  reclaimed'));
  expect(text).toContain('\u001b[31m  lost: ');
});

it('colour changes no column', () => {
  const plain = formatStatus(STATUS, PAGE);
  const coloured = formatStatus(STATUS, { width: 80, paint: createPaint(true) });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour is made of them
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  expect(coloured).not.toBe(plain);
});

it('a wide terminal shows the whole path of an image', () => {
  expect(formatStatus(STATUS, { ...PAGE, width: 160 })).toContain(STATUS.images[0]?.path);
});
