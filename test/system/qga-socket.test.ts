import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DoctorView } from '../../collector/src/model/doctor.ts';
import type { GuestsView } from '../../collector/src/model/status.ts';
import type { TrimResult } from '../../collector/src/model/trim-result.ts';
import { findWrong } from '../lab/check-row.ts';
import { qemuGuestAgent } from '../lab/inside.ts';
import type { LabCase, Stand } from '../lab/lab-case.ts';
import { setUpGuest } from '../lab/lab-guest.ts';
import { type LabRow, toRow } from '../lab/lab-row.ts';
import { type Observation, observe } from '../lab/observe.ts';
import type { Stage } from '../lab/stage.ts';
import { mountOf } from '../lab/stand-scripts.ts';
import { standsOf } from '../lab/trims.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { askBare } from '../support/qemu-ga/ask-bare.ts';
import { asOwnUser } from '../support/qemu-ga/own-user.ts';
import { textLength } from '../support/waiting/movement.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';
import { NVME_CASE, QGA_CASES } from './qga-cases.ts';

// A real guest with Debian's qemu-guest-agent and nothing of ours in it, asked over its QEMU's own socket. Of the
// collector the calendar is faster, by which it samples: a quarter of an hour is over in two seconds.
const DAY_MS = 192_000;
const NAME = 'qga-socket';
const OWN = asOwnUser(64_612);
const stands = standsOf([...QGA_CASES, NVME_CASE]);
const say = (line: string) => console.error(line);
const cleanUp = createCleanUp(say);
let directory: string;
let collector: CollectorUnderTest;
let socket: string;
let stage: Stage;
let before: GuestsView;
let status: string;
let doctor: DoctorView;
let observation: Observation;
let result: TrimResult;

beforeAll(async () => {
  directory = await cleanUp.make({
    what: 'the folder of this test',
    make: () => mkdtemp('/var/tmp/trimtab-qga-'),
    undo: (made) => rm(made, { recursive: true, force: true }),
  });
  socket = join(directory, 'qga');
  collector = await cleanUp.make({
    what: 'the collector',
    make: () =>
      startCollectorProgram({
        directory,
        script: join(import.meta.dirname, '../support/programs/fast-collector.ts'),
        env: { DAY_MS: `${DAY_MS}` },
        args: [...OWN.args, '--sample-every', '6h'],
      }),
    undo: async (made) => made[Symbol.asyncDispose](),
  });
  stage = await setUpGuest({
    which: 'disks',
    name: NAME,
    stands,
    directory,
    inside: await qemuGuestAgent({ socket }),
    through: OWN.through,
    cleanUp,
    signal: new AbortController().signal,
    folderOf: (place) => Promise.reject(new Error(`no case of these needs ${place}`)),
    say,
  });
  before = await collector.guests();
  status = (await collector.trimtab('status', '--now')).stdout;
  doctor = JSON.parse((await collector.trimtab('doctor', NAME, '--json')).stdout);
  observation = await observe({
    images: stands.flatMap(({ disks }) => disks.map(({ id }) => stage.imageOf(id))),
    trim: async () => {
      const answer = await collector.trimtab('trim', NAME, '--json');
      result = JSON.parse(answer.stdout);
      return answer;
    },
  });
});

afterAll(() => cleanUp.run());

describe('a guest with qemu-ga behind its QEMU’s own socket', () => {
  it('is told before any trim, with its version and what it allows', () => {
    const [guest] = before.guests.filter(({ name }) => name === NAME);
    expect(guest).toMatchObject({
      agent: null,
      inside: { kind: 'qemu-ga', version: expect.stringMatching(/^\d+\.\d+/), allows: { fstrim: true, fsinfo: true } },
    });
  });

  it('is told in status, as whose word the use of its images is', () => {
    expect(status).toMatch(/as qemu-ga \d+\.\d+\S* tells/);
  });

  it('is examined by doctor: what the host proves, how full its disks are, and no cause of the guest', () => {
    const [guest] = doctor.guests;
    expect(guest?.inside).toMatchObject({ kind: 'qemu-ga', version: expect.stringMatching(/^\d+\.\d+/) });
    expect(guest?.findings).toEqual([]);
    const diskOf = (id: string) => guest?.disks.find(({ image }) => image === stage.imageOf(id));
    const causesOf = (id: string) => diskOf(id)?.findings.map(({ cause }) => cause);
    expect(causesOf('host-ignores-discard')).toEqual(['host-ignores-discard']);
    expect(causesOf('scsi-raw-ext4')).toEqual([]);
    const { fileBytes } = standOf('scsi-raw-ext4');
    expect(diskOf('scsi-raw-ext4')?.slack?.mostBytes).toBeGreaterThan(fileBytes);
    expect(diskOf('scsi-raw-ext4')?.slack?.leastBytes).toBeLessThan(fileBytes);
  });

  it('trims all that it has mounted, with bytes for each of them', () => {
    const told = new Map(
      result.filesystems.map(({ mount, outcome }) => [
        mount,
        outcome.status === 'done' ? outcome.trimmedBytes : outcome.status,
      ]),
    );
    for (const stand of stands) expect(told.get(mountOf(stand)), stand.name).toBeGreaterThan(stand.fileBytes);
  });

  it('is told only what somebody counted: nobody saw what its block layer issued', () => {
    const issued = result.disks.map(({ hops }) => hops.issuedBytes);
    expect(issued).toEqual(issued.map(() => null));
  });

  it('has this one trim in its history, whole', async () => {
    const history = await collector.history();
    expect(history.filter(({ guest }) => guest === NAME)).toEqual([result]);
    expect(result.inside).toBe('qemu-ga');
  });

  it('leaves the socket to others once it has been asked', async () => {
    expect(await askBare({ socket, execute: 'guest-ping' })).toEqual({});
  });

  it('from its first trim on, has what it uses sampled as the guest itself counts it', async () => {
    const mount = mountOf(standOf('scsi-raw-ext4'));
    const readUsed = async () => Number(await stage.guest.mustRun(`sync && df -B1 --output=used ${mount} | tail -n 1`));
    const until = (wanted: number) =>
      waitWhileMoving({
        what: `${wanted} B are sampled`,
        movement: [textLength('the log of the collector', collector.program.output)],
        describe: () => `${readLevel(mount)}\n${collector.program.output()}`,
        find: () => readLevel(mount) === wanted || null,
      });
    const used = await readUsed();
    await until(used);
    await stage.guest.mustRun(`head -c ${1024 ** 2} /dev/urandom > ${mount}/more`);
    const more = await readUsed();
    expect(more - used).toBeGreaterThanOrEqual(1024 ** 2);
    await until(more);
  });

  it('has nothing of ours in it', async () => {
    expect(await stage.guest.mustRun('ls -d /usr/lib/trimtab /var/lib/trimtab* 2>/dev/null || true')).toBe('');
  });
});

it.each(QGA_CASES.map((labCase) => [labCase.name, labCase] as const))(
  '%s has the verdict that our own agent’s trim has',
  (_, labCase) => {
    const row = rowOf(labCase);
    // Of a file over several disks each has its part.
    expect(findWrong({ ...row, deletedBytes: row.expectedDeltaBytes ?? row.deletedBytes })).toEqual([]);
  },
);

it('an NVMe disk has its verdict, and is matched by its PCI address', () => {
  const { verdict, matchedBy, allocationDeltaBytes } = rowOf(NVME_CASE);
  expect({ verdict, matchedBy }).toEqual({ verdict: 'reclaimed', matchedBy: 'pci-path' });
  expect(allocationDeltaBytes).toBeGreaterThan(NVME_CASE.stand.fileBytes * 0.98);
});

/** What was stored last of a mount; null before anything was. */
function readLevel(mount: string): number | null {
  const database = new DatabaseSync(join(directory, 'collector', 'trimtab.sqlite'), { readOnly: true });
  try {
    const row = database
      .prepare(
        `select last_sample.level_bytes as level from series join last_sample on last_sample.series = series.id
         where series.kind = 'filesystem' and series.subject like ?`,
      )
      .get(`% ${mount}`);
    return row === undefined ? null : Number(row.level);
  } finally {
    database.close();
  }
}

function standOf(name: string): Stand {
  const found = stands.find((stand) => stand.name === name);
  if (found === undefined) throw new Error(`there is no stand ${name}`);
  return found;
}

function rowOf(labCase: LabCase): LabRow {
  return toRow({ labCase, stage, observations: new Map([['first', observation]]), lost: null });
}
