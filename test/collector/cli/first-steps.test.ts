import { Fault } from '@trimtab/protocol/shared';
import { describe, expect, it } from 'vitest';
import { findNextStep, type Seen } from '../../../collector/src/cli/first-steps/next-step.ts';
import { createPaint } from '../../../collector/src/cli/paint.ts';
import { formatFirstSteps } from '../../../collector/src/cli/views/first-steps.ts';
import type { FirstSteps } from '../../../collector/src/model/first-steps.ts';
import type { GuestRow, ImageRow } from '../../../collector/src/model/status.ts';
import { GUESTS, STATUS } from '../api/examples.ts';
import { longLines, runInProcess } from './run-in-process.ts';
import { TIME_ZONE } from './run-trimtab.ts';

const GIB = 1024 ** 3;

function aGuest(name: string, given: Partial<GuestRow> = {}): GuestRow {
  const [guest] = GUESTS.guests;
  if (guest === undefined) throw new Error('the example has no guest');
  return { ...guest, name, id: `id-of-${name}`, inventory: null, ...given };
}

const bare = (name: string) => aGuest(name, { state: 'no-agent', agent: null, trimmable: null });

function anImage(guest: string, given: Partial<ImageRow> = {}): ImageRow {
  const [image] = STATUS.images;
  if (image === undefined) throw new Error('the example has no image');
  return { ...image, guest, readOnly: false, discard: 'unmap', allocationBytes: GIB, ...given };
}

function aHost({
  guests,
  images = guests.map(({ name }) => anImage(name)),
  held = [],
  firingAlerts = 0,
  discards = null,
  wasTrimmed = true,
}: {
  guests: readonly GuestRow[];
  images?: readonly ImageRow[];
  held?: Seen['guests']['held'];
  firingAlerts?: number;
  discards?: Seen['status']['pools'][number]['discards'];
  wasTrimmed?: boolean;
}): Seen {
  const pools = STATUS.pools.map((pool) => ({ ...pool, discards }));
  return { status: { images, pools, firingAlerts }, guests: { guests, held }, wasTrimmed };
}

describe('the one next command', () => {
  it.each([
    ['nobody there', aHost({ guests: [] }), 'trimtab doctor', /^No guest was found/],
    ['all off', aHost({ guests: [aGuest('web', { state: 'off' })] }), 'trimtab status', /^No guest runs now/],
    [
      'a copy, before all else',
      aHost({ guests: [bare('web')], images: [anImage('web', { discard: 'ignore' })], held: GUESTS.held }),
      'trimtab guests',
      /^A guest is held/,
    ],
    [
      'discards that the host drops, before an agent is asked for',
      aHost({
        guests: [bare('web'), bare('db')],
        images: [
          anImage('web', { discard: 'ignore' }),
          anImage('web', { discard: 'ignore' }),
          anImage('db', { discard: 'ignore' }),
        ],
      }),
      'trimtab doctor',
      /discards of 3 disks of 2 guests are dropped on this host/,
    ],
    [
      'a thin pool that ignores them',
      aHost({ guests: [bare('web')], discards: 'ignore' }),
      'trimtab doctor',
      /the thin pool \S+ ignores discards/,
    ],
    [
      'a medium that is only read drops nothing',
      aHost({ guests: [aGuest('web')], images: [anImage('web', { discard: 'ignore', readOnly: true })] }),
      'trimtab status',
      /nothing stands out/,
    ],
    [
      'no agent anywhere: the guest with the largest images, before alerts',
      aHost({
        guests: [bare('small'), bare('large'), bare('unmeasured')],
        images: [
          anImage('small', { allocationBytes: 3 * GIB }),
          anImage('large', { allocationBytes: 2 * GIB }),
          anImage('large', { allocationBytes: 2 * GIB }),
          anImage('unmeasured', { allocationBytes: null }),
        ],
        firingAlerts: 1,
      }),
      'trimtab enroll large',
      /^No guest has an agent yet: .* large has the largest images: 4\.0 GiB\.$/,
    ],
    [
      'alerts of a host that is set up',
      aHost({ guests: [aGuest('web'), bare('db')], firingAlerts: 2 }),
      'trimtab alerts',
      /^2 alerts fire/,
    ],
    [
      'one that has none beside others that have',
      aHost({ guests: [aGuest('web'), bare('db')] }),
      'trimtab enroll db',
      /^1 guest that runs has no agent/,
    ],
    [
      'a name that a shell would take apart, of two guests',
      aHost({ guests: [aGuest('web'), bare('a b'), { ...bare('a b'), id: 'second' }], images: [] }),
      'trimtab enroll "id-of-a b"',
      /^2 guests that run have no agent/,
    ],
    [
      'no trim yet',
      aHost({ guests: [aGuest('web')], wasTrimmed: false }),
      'trimtab trim web',
      /^No trim has been seen/,
    ],
    [
      'nobody who could trim, either',
      aHost({ guests: [aGuest('web', { trimmable: null })], wasTrimmed: false }),
      'trimtab status',
      /nothing stands out/,
    ],
    [
      'an agent that is away',
      aHost({ guests: [aGuest('web'), aGuest('db', { state: 'away' })] }),
      'trimtab guests',
      /^The agent of a guest is away/,
    ],
    ['all well', aHost({ guests: [aGuest('web')] }), 'trimtab status', /^Every guest that runs can be asked/],
  ])('%s', (_, seen, command, why) => {
    const next = findNextStep(seen);
    expect(next.command.replaceAll("'", '"')).toBe(command);
    expect(next.why).toMatch(why);
  });
});

const SEEN: FirstSteps = {
  collector: { place: '/run/trimtab/collector.sock', runs: true },
  guests: { all: 9, withAgent: 2, byQemuGa: 1, away: 1, off: 2, withoutAgent: 3, held: 1 },
  pools: STATUS.pools.flatMap((pool) => [pool, { ...pool, key: `${pool.key}-of-a-place-with-a-longer-name` }]),
  firingAlerts: 2,
  next: findNextStep(aHost({ guests: [bare('web')] })),
};

it('what is seen has a line each, in colours or without, and fits 80 columns', async () => {
  const page = { width: 80, paint: createPaint(false), timeZone: TIME_ZONE };
  const text = formatFirstSteps(SEEN, page);
  await expect(text).toMatchFileSnapshot('golden/first-steps.txt');
  expect(longLines(text)).toEqual([]);
  expect(formatFirstSteps(SEEN, { ...page, paint: createPaint(true) })).toContain('\u001b[1m  trimtab enroll web');
});

describe('trimtab alone', () => {
  it('says what the collector sees, and looks at nothing anew for it', async () => {
    const asked: object[] = [];
    const status = async (query: object) => {
      asked.push(query);
      return STATUS;
    };
    const { exitCode, out, err } = await runInProcess([], { status });
    expect({ exitCode, err, asked }).toEqual({ exitCode: 0, err: '', asked: [{ now: false }] });
    expect(out).toContain(
      'Guests  6: 2 with an agent, 1 with an agent that is away, 2 without an agent, 1\n        off\n',
    );
    expect(out).toMatch(/\n {2}trimtab guests\n$/);
  });

  it('has the next command ask where it was asked itself', async () => {
    const { out } = await runInProcess(['--socket', '/run/a b.sock']);
    expect(out).toMatch(/\n {2}trimtab guests --socket '\/run\/a b\.sock'\n$/);
  });

  it('with --json is a document', async () => {
    const { exitCode, out } = await runInProcess(['--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      collector: { runs: true },
      guests: { all: 6, held: 1 },
      firingAlerts: 2,
      next: { kind: 'decide-held', command: 'trimtab guests' },
    });
  });

  it('starts with the collector where none runs, which is an error for a script', async () => {
    const { exitCode, out, err } = await runInProcess(['--socket', '/run/x.sock'], { status: nobody() });
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: '' });
    expect(out).toBe(
      'No collector runs: nobody answers on /run/x.sock. This starts it, as root:\n\n  trimtab serve --socket /run/x.sock\n',
    );
    const { out: json } = await runInProcess(['--json'], { status: nobody() });
    expect(JSON.parse(json)).toMatchObject({
      collector: { runs: false },
      guests: null,
      pools: null,
      firingAlerts: null,
    });
  });

  it('knows a service, by which it is started instead', async () => {
    const { out } = await runInProcess([], { status: nobody() }, { hasService: () => true });
    expect(out).toMatch(/\n {2}systemctl start trimtab\n$/);
  });

  it('tells every other error as each command does', async () => {
    const { exitCode, out, err } = await runInProcess([], { guests: nobody('no-access') });
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toContain('trimtab: cannot ask the collector');
  });

  it.each([
    [['--socket', '/x', 'status'], 'the command goes first: trimtab status OPTIONS'],
    [['--jsno'], "unknown option '--jsno'"],
    [['statis'], "unknown command 'statis'"],
  ])('%j is wrong usage, as ever', async (args, said) => {
    const { exitCode, out, err } = await runInProcess(args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain(said);
    expect(err).toContain('trimtab --help shows what there is.');
  });
});

/** Throws as a desk that cannot be reached does. */
const nobody =
  (code = 'no-collector') =>
  async () => {
    throw new Fault({ code, operation: 'ask the collector', subject: '/x', cause: 'nobody answers', hint: null });
  };
