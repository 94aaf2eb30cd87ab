import { Fault } from '@trimtab/protocol/shared';
import { expect, it } from 'vitest';
import { createGuestsDesk } from '../../../../collector/src/conduct/desk/guests-desk.ts';
import type { Domain } from '../../../../collector/src/model/domain.ts';
import type { GuestAgentAnswer } from '../../../../collector/src/ports/guest-agent.ts';
import { BARE_DOMAIN, createKnownHost } from '../known-host.ts';

const CHANNEL = { kind: 'channel', channel: { kind: 'socket', path: '/qga', qmpPaths: [] } } as const;

function refused({ code, hint }: { code: string; hint: string }): GuestAgentAnswer {
  const fault = new Fault({ code, operation: 'ask', subject: '/qga', cause: 'the cause', hint });
  return { kind: 'silent', fault };
}

/** Of a guest in which no agent of ours ever was. */
async function guestsOf(answer: GuestAgentAnswer, domain: Partial<Domain> = {}) {
  const bare = { ...BARE_DOMAIN, guestAgent: CHANNEL, ...domain };
  const known = createKnownHost({
    domains: [bare],
    connected: [],
    records: [],
    qemuGa: async (channels) => channels.map(() => answer),
  });
  const { findings, guests } = await createGuestsDesk(known).guests({ inventories: false });
  return { findings: findings.filter(({ subject }) => subject === 'bare'), guests };
}

it.each([
  ['guest-agent-not-running', 'Start qemu-ga; or install our agent. Start its agent.'],
  ['guest-agent-busy', 'Start qemu-ga; or install our agent. Start its agent.'],
  ['guest-agent-off', 'Start qemu-ga'],
])('of a guest with a channel, what makes qemu-ga answer comes first: %s', async (code, hint) => {
  const { findings } = await guestsOf(refused({ code, hint: 'Start qemu-ga' }));
  expect(findings).toMatchObject([{ sentence: expect.stringContaining('the cause'), hint }]);
});

it('of one without a channel, the way to get one comes after that of our agent', async () => {
  const guestAgent = { kind: 'none', why: 'it has no channel', hint: 'Give it one' } as const;
  const { findings } = await guestsOf(refused({ code: 'guest-agent-absent', hint: '' }), { guestAgent });
  expect(findings).toMatchObject([{ hint: 'Start its agent.; or, with qemu-guest-agent: Give it one' }]);
});

const ANSWERED: GuestAgentAnswer = {
  kind: 'answered',
  version: '7.2.22',
  allows: { fstrim: true, fsinfo: true },
  filesystems: [],
  disks: [],
  withheld: null,
};

it('one of which qemu-ga tells all has no finding', async () => {
  expect((await guestsOf(ANSWERED)).findings).toEqual([]);
});

it('one that is frozen is told as such, with what thaws it', async () => {
  const withheld = new Fault({
    code: 'guest-agent-frozen',
    operation: 'ask',
    subject: '/qga',
    cause: 'its filesystems are frozen',
    hint: 'Thaw them.',
  });
  const { findings, guests } = await guestsOf({ ...ANSWERED, filesystems: null, disks: null, withheld });
  expect(findings).toEqual([
    {
      subject: 'bare',
      sentence: 'qemu-guest-agent does not tell what it has mounted: its filesystems are frozen',
      hint: 'Thaw them.',
    },
  ]);
  expect(guests).toMatchObject([
    { state: 'connected', inside: { kind: 'qemu-ga', why: 'its filesystems are frozen', hint: 'Thaw them.' } },
  ]);
});

it('one whose QEMU has no UUID is told before a trim is refused for it', async () => {
  const { findings } = await guestsOf(ANSWERED, { uuid: null, guestUuid: null });
  expect(findings).toMatchObject([
    {
      sentence: expect.stringMatching(/^it is not trimmed through qemu-guest-agent: .*without a UUID/),
      hint: expect.stringContaining('-uuid'),
    },
  ]);
});
