import { describe, expect, it } from 'vitest';
import { createPaint } from '../../../collector/src/cli/paint.ts';
import { textWidth } from '../../../collector/src/cli/text-width.ts';
import { formatDoctor } from '../../../collector/src/cli/views/doctor.ts';
import { formatGuests } from '../../../collector/src/cli/views/guests.ts';
import { formatHistory } from '../../../collector/src/cli/views/history.ts';
import { formatStatus } from '../../../collector/src/cli/views/status.ts';
import { formatTrim } from '../../../collector/src/cli/views/trim.ts';
import type { TrimResult } from '../../../collector/src/model/trim-result.ts';
import { DOCTOR, PREALLOCATED, UNSEEN } from '../api/doctor-example.ts';
import { FAILED_FILESYSTEM, GUESTS, STATUS, TRIM } from '../api/examples.ts';
import { HOSTILE } from '../api/hostile.ts';
import { TIME_ZONE } from './run-trimtab.ts';

const PAGE = { width: 80, paint: createPaint(false), timeZone: TIME_ZONE };

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
  ['doctor-unseen', formatDoctor(UNSEEN, PAGE)],
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

  it('fits 80 columns, but for one word of a command', () => {
    const isWhole = (line: string) => /^ *(?:-\w )?\$?'.*' \\$|^ {4}virsh .* # /.test(line);
    expect(text.split('\n').filter((line) => textWidth(line) > 80 && !isWhole(line))).toEqual([]);
  });
});

it('a trim of which only the host has told has no duration in its heading', () => {
  const [first] = formatTrim({ ...TRIM, durationMs: null, reported: false }, PAGE).split('\n');
  expect(first).toBe(`${TRIM.guest}: trim ${TRIM.id}`);
});

it('a source that fails says why, to the end', () => {
  const sentence =
    'virsh said: failed to connect to the hypervisor: Failed to connect socket to /var/run/libvirt/libvirt-sock: No such file or directory';
  const text = formatStatus(
    { ...STATUS, sources: [{ source: 'libvirt', used: false, sentence, answeredAt: null }] },
    PAGE,
  );
  expect(text.replace(/\s+/g, ' ')).toContain(`libvirt ${sentence} `);
  expect(text.split('\n').filter((line) => textWidth(line) > 80)).toEqual([]);
});

it('what no fix gives back is not told as what could come back', () => {
  const text = formatDoctor({ ...DOCTOR, guests: [PREALLOCATED] }, PAGE).replace(/\s+/g, ' ');
  expect(text).toContain(
    'about 245 MiB is allocated and not in use (240 MiB to 250 MiB), and as things are none of it comes back; ',
  );
  expect(text).not.toContain('245 MiB could come back');
  expect(text).not.toContain('repair');
});

it('a disk keeps its whole name, since that is what repair wants', () => {
  const [image] = STATUS.images;
  if (image === undefined) throw new Error('the example has no image');
  const images = [{ ...image, guest: 'a-guest-with-a-long-name-0001', device: null, disk: 'drive-scsi0-0-0-1' }];
  const text = formatStatus({ ...STATUS, images }, PAGE);
  expect(text).toContain('…/drive-scsi0-0-0-1 ');
  expect(text.split('\n').filter((line) => textWidth(line) > 80)).toEqual([]);
});

it('the longest verdict is whole in the history', () => {
  const disks = TRIM.disks
    .slice(0, 1)
    .map((disk) => ({ ...disk, verdict: 'nothing-to-reclaim' as const, lostAt: null }));
  const text = formatHistory([{ ...TRIM, guest: 'a-guest-with-a-long-name-0001', disks }], PAGE);
  expect(text).toContain(' nothing-to-reclaim\n');
});

it('what is counted in an evidence is grouped, and in JSON it is not touched', () => {
  const disks = TRIM.disks
    .slice(1)
    .map((disk) => ({ ...disk, evidence: [{ fact: 'allocation, bytes', value: '27004928' }] }));
  expect(formatTrim({ ...TRIM, disks }, PAGE)).toContain('    allocation, bytes: 27,004,928\n');
});

it('on a terminal, what is lost is red and what came back is green', () => {
  const text = formatTrim(TRIM, { ...PAGE, paint: createPaint(true) });
  expect(text).toContain('\u001b[32mreclaimed: '.replace('reclaimed', '  reclaimed'));
  expect(text).toContain('\u001b[31m  lost: ');
});

it('colour changes no column', () => {
  const plain = formatStatus(STATUS, PAGE);
  const coloured = formatStatus(STATUS, { ...PAGE, paint: createPaint(true) });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour is made of them
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  expect(coloured).not.toBe(plain);
});

it('a wide terminal shows the whole path of an image', () => {
  expect(formatStatus(STATUS, { ...PAGE, width: 160 })).toContain(STATUS.images[0]?.path);
});
