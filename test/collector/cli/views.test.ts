import { describe, expect, it } from 'vitest';
import { createPaint } from '../../../collector/src/cli/paint.ts';
import { toShown } from '../../../collector/src/cli/tell-answer.ts';
import { textWidth } from '../../../collector/src/cli/text-width.ts';
import { formatAlerts } from '../../../collector/src/cli/views/alerts.ts';
import { formatDoctor } from '../../../collector/src/cli/views/doctor.ts';
import { formatForecasts } from '../../../collector/src/cli/views/forecast/all-pools.ts';
import { ASCII, BLOCKS } from '../../../collector/src/cli/views/forecast/chart.ts';
import { formatPoolForecast } from '../../../collector/src/cli/views/forecast/one-pool.ts';
import { formatGuests } from '../../../collector/src/cli/views/guests.ts';
import { formatHistory } from '../../../collector/src/cli/views/history.ts';
import { formatStatus } from '../../../collector/src/cli/views/status.ts';
import { formatTrim } from '../../../collector/src/cli/views/trim.ts';
import type { DoctorGuest } from '../../../collector/src/model/doctor.ts';
import type { TrimResult } from '../../../collector/src/model/trim-result.ts';
import { summarise } from '../../../collector/src/model/trim-summary.ts';
import { ALERTS } from '../api/alert-examples.ts';
import { DOCTOR, PREALLOCATED, UNSEEN } from '../api/doctor-example.ts';
import { FAILED_FILESYSTEM, GUESTS, STATUS, TRIM } from '../api/examples.ts';
import { FORESIGHT, ONE_POOL } from '../api/foresight-example.ts';
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
  ['status', formatStatus(toShown(STATUS), PAGE)],
  [
    'status-empty',
    formatStatus(toShown({ ...STATUS, pools: [], images: [], sources: [], findings: [], firingAlerts: 0 }), PAGE),
  ],
  ['alerts', formatAlerts(toShown(ALERTS), PAGE)],
  [
    'alerts-none',
    formatAlerts(toShown({ ...ALERTS, firing: [], ended: [], silences: [], pending: [], findings: [] }), PAGE),
  ],
  ['guests', formatGuests(toShown(GUESTS), PAGE)],
  ['guests-empty', formatGuests(toShown({ ...GUESTS, guests: [], findings: [] }), PAGE)],
  ['history', formatHistory(toShown([TRIM, UNMATCHED].map(summarise)), PAGE)],
  ['history-empty', formatHistory(toShown([]), PAGE)],
  ['forecast', formatForecasts(toShown(FORESIGHT), PAGE)],
  ['forecast-none', formatForecasts(toShown({ ...FORESIGHT, pools: [], unsampled: [] }), PAGE)],
  ['forecast-pool', formatPoolForecast(toShown(ONE_POOL), { page: PAGE, strokes: BLOCKS })],
  ['forecast-pool-ascii', formatPoolForecast(toShown(ONE_POOL), { page: PAGE, strokes: ASCII })],
  ['doctor', formatDoctor(toShown(DOCTOR), PAGE)],
  ['doctor-empty', formatDoctor(toShown({ ...DOCTOR, guests: [], findings: [] }), PAGE)],
  ['doctor-unseen', formatDoctor(toShown(UNSEEN), PAGE)],
  ['trim', formatTrim(toShown(TRIM), PAGE)],
  ['trim-unmatched', formatTrim(toShown(UNMATCHED), PAGE)],
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

it('doctor does not say what the next trim brings back where a filesystem leaves out what was lost before', () => {
  const keptBack = 'btrfs does not send again what it has sent before until it is mounted anew';
  const lastTrim = { id: 'x', startedAt: TRIM.startedAt, verdict: 'lost', reclaimedBytes: 0, vainBytes: null } as const;
  const guests = DOCTOR.guests.slice(0, 1).map((guest) => ({
    ...guest,
    disks: guest.disks.map((disk) => ({ ...disk, nowBytes: null, lastTrim: { ...lastTrim, keptBack } })),
  }));
  const text = formatDoctor({ ...DOCTOR, guests }, PAGE).replace(/\s+/g, ' ');
  expect(text).toMatch(
    new RegExp(
      `about \\S+ \\S+ could come back \\([^)]*\\), but how much of it by the next trim nobody can say: one was lost before, and ${keptBack};`,
    ),
  );
});

describe('doctor of a guest in which qemu-ga is', () => {
  const inside = { kind: 'qemu-ga', version: '7.2.22', allows: null, why: null, hint: null } as const;
  const frozen = { ...inside, why: 'its filesystems are frozen', hint: 'virsh domfsthaw web-1' };
  const tell = (rest: Partial<DoctorGuest>) => {
    const guests = DOCTOR.guests.slice(0, 1).map((guest) => ({ ...guest, ...rest }));
    return formatDoctor({ ...DOCTOR, guests }, PAGE);
  };

  it('says that it is frozen, and with what it is thawed, and not to wait', () => {
    const text = tell({ inside: frozen, announced: false });
    expect(text).toMatch(/its qemu-ga tells nothing of its disks now/);
    expect(text).toMatch(/what is mounted: its filesystems are frozen\.\n {4}virsh domfsthaw web-1\n/);
    expect(text).not.toMatch(/Ask again|how full they are/);
  });

  it('does not call it a guest without an agent', () => {
    expect(tell({ inside }).replace(/\s+/g, ' ')).toMatch(
      /\(qemu-ga 7\.2\.22\) qemu-ga tells its filesystems and how full/,
    );
    expect(tell({ inside })).not.toMatch(/no agent/);
  });

  it('closes the clause on whose word an estimate without a middle is', () => {
    const [disk] = DOCTOR.guests[0]?.disks ?? [];
    if (disk?.slack == null) throw new Error('the example has no slack');
    const useToldAt = DOCTOR.takenAt;
    const disks = [{ ...disk, useToldAt, slack: { ...disk.slack, estimateBytes: null } }];
    expect(tell({ inside, disks }).replace(/\s+/g, ' ')).toMatch(/, by what the guest said [^,]* ago, could come back/);
  });
});

it('a trim of which only the host has told has no duration in its heading', () => {
  const [first] = formatTrim({ ...TRIM, durationMs: null, reported: false }, PAGE).split('\n');
  expect(first).toBe(`${TRIM.guest}: trim ${TRIM.id}`);
});

it('a guest whose name is cut has it whole on the next line, since that is what commands want', () => {
  const name = 'customer-database-production-2026';
  const guests = GUESTS.guests.map((guest, index) => (index === 0 ? { ...guest, name } : guest));
  expect(formatGuests({ ...GUESTS, guests }, PAGE)).toMatch(
    /^custom\S*… +connected .*\n {2}customer-database-production-2026$/m,
  );
  expect(formatGuests({ ...GUESTS, guests }, { ...PAGE, width: 120 })).not.toContain(`  ${name}\n`);
});

it('a guest that never had an agent, and of which no source tells any more, is known from its history', () => {
  const gone = GUESTS.guests.slice(0, 1).map((guest) => ({ ...guest, agent: null, seenBy: [], state: 'off' as const }));
  expect(formatGuests({ ...GUESTS, guests: gone }, PAGE)).toMatch(/ off .* history$/m);
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
  expect(text).toContain(' a…01/drive-scsi0-0-0-1 ');
  expect(text.split('\n').filter((line) => textWidth(line) > 80)).toEqual([]);
});

it('the longest verdict is whole in the history', () => {
  const disks = TRIM.disks
    .slice(0, 1)
    .map((disk) => ({ ...disk, verdict: 'nothing-to-reclaim' as const, lostAt: null }));
  const text = formatHistory([summarise({ ...TRIM, guest: 'a-guest-with-a-long-name-0001', disks })], PAGE);
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

describe('an image in the table of its pool', () => {
  const [image] = STATUS.images;
  if (image === undefined) throw new Error('the example has no image');
  const show = (rest: Partial<typeof image>, width = 80) =>
    formatStatus({ ...STATUS, images: [{ ...image, matchedBy: null, ...rest }], unclaimed: [] }, { ...PAGE, width });

  it('is named from the pool’s mount point or volume group on, which stands above it', () => {
    expect(show({ path: '/var/lib/libvirt/images/db-prod-01.qcow2', guest: 'db-prod-01' })).toMatch(
      /^ {2}db-prod-01\.qcow2 +db-prod-01\/vda /m,
    );
    const volume = { path: '/dev/vg0/vm-101-disk-0', pool: 'vg0/pool-a', kind: 'thin-volume' } as const;
    expect(show(volume)).toMatch(/^ {2}vm-101-disk-0 +web-1\/vda /m);
    expect(show({ path: '/srv/elsewhere.raw', pool: null })).toMatch(/^ {2}\/srv\/elsewhere\.raw +web-1\/vda /m);
  });

  it('has its whole path on a line of its own where the column has no room for its name', () => {
    const long = '/var/lib/libvirt/images/customer-database-production-2026-data.qcow2';
    const row = { path: long, guest: 'customer-database-production', device: null, disk: 'drive-virtio-disk12' };
    expect(show(row)).toContain(`\n    ${long}\n`);
    expect(show(row, 160)).not.toContain(long);
    expect(show(row, 160)).toContain('  customer-database-production-2026-data.qcow2 ');
    expect(show({ path: '/var/lib/libvirt/images/short.raw' })).not.toContain('/short.raw');
  });
});

it('the title of a pool fits, however long its mount point and its kind are', () => {
  const [pool] = STATUS.pools;
  if (pool === undefined) throw new Error('the example has no pool');
  const key = `/srv/storage/customers/production/libvirt/images-2026/${'long-name/'.repeat(6)}end`;
  const kind = 'fuse.a-filesystem-in-user-space-with-a-name-that-somebody-chose';
  const text = formatStatus({ ...STATUS, pools: [{ ...pool, key, kind }], images: [], unclaimed: [] }, PAGE);
  expect(text.split('\n').filter((line) => textWidth(line) > 80)).toEqual([]);
  expect(text.replace(/\n */g, '')).toContain(key);
});
