import type { Inventory, RequestId } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import { describe, expect, it } from 'vitest';
import { createDoctorDesk } from '../../../../collector/src/conduct/desk/doctor-desk.ts';
import { createGuestsDesk } from '../../../../collector/src/conduct/desk/guests-desk.ts';
import { createTrimsDesk, type TrimsDeskDeps } from '../../../../collector/src/conduct/desk/trims-desk.ts';
import type { Trims } from '../../../../collector/src/conduct/trims/trims.ts';
import type { DiskPath } from '../../../../collector/src/model/disk-path.ts';
import type { GuestKey } from '../../../../collector/src/ports/store/guest-keys.ts';
import { newKey } from '../../../contract/guest-key-examples.ts';
import { aConnected, BARE_DOMAIN, createKnownHost, INVENTORY, WEB, WEB_DOMAIN } from '../known-host.ts';
import { requestIdOf } from '../trims/trim-examples.ts';

const NO_TRIMS: TrimsDeskDeps['trims'] = {
  ask: async () => 'asked' as RequestId,
  askAtVisit: async () => 'asked' as RequestId,
  cancel: async () => {},
  async *watch() {},
};

const ACTIVE: GuestKey = {
  ...newKey({ n: 1, guest: WEB }),
  state: 'active',
  revokedBy: null,
  revokedAt: null,
  learnedPins: [],
};
const REVOKED: GuestKey = { ...ACTIVE, key: 'key-0', state: 'revoked', revokedBy: { kind: 'socket' }, revokedAt: 5 };

describe('the guests', () => {
  it('are those of the hypervisor and of agents, each once, and one without an agent is told', async () => {
    const { guests, findings } = await createGuestsDesk(createKnownHost()).guests({ inventories: true });
    expect(guests.map(({ name, agent, source }) => [name, agent?.connected ?? null, source])).toEqual([
      ['bare', null, 'qemu-process'],
      ['web', true, 'qemu-process'],
    ]);
    expect(findings.map(({ subject }) => subject)).toEqual(['libvirt', 'bare']);
  });

  it('are heard as late as their connection was, and without an inventory until it is here', async () => {
    const lastHeardAt = Date.UTC(2026, 10, 23);
    const known = createKnownHost({ connected: [aConnected({ lastHeardAt, inventory: null })] });
    const { guests } = await createGuestsDesk(known).guests({ inventories: true });
    expect(guests.find(({ name }) => name === 'web')).toMatchObject({
      state: 'connected',
      agent: { connected: true, lastSeenAt: '2026-11-23T00:00:00.000Z' },
      inventory: null,
    });
  });

  it('that are off are so called, and nobody is told to start an agent in them', async () => {
    const domains = [WEB_DOMAIN, BARE_DOMAIN].map((domain) => ({ ...domain, isRunning: false }));
    const { guests, findings } = await createGuestsDesk(createKnownHost({ domains, connected: [] })).guests({
      inventories: true,
    });
    expect(guests.map(({ name, state }) => [name, state])).toEqual([
      ['bare', 'off'],
      ['web', 'off'],
    ]);
    expect(findings.map(({ subject }) => subject)).toEqual(['libvirt']);
  });

  it('are remembered when their agent is away', async () => {
    const { guests } = await createGuestsDesk(createKnownHost({ connected: [] })).guests({ inventories: true });
    expect(guests.find(({ name }) => name === 'web')).toMatchObject({ agent: { connected: false }, inventory: null });
  });
});

describe('a request for a trim', () => {
  function requestTrim(inventory: Inventory | null, mount: string) {
    const known = createKnownHost({ connected: [aConnected({ inventory })] });
    const asked: (readonly string[] | null)[] = [];
    const trims = {
      async ask({ mounts }: { readonly mounts: readonly string[] | null }) {
        asked.push(mounts);
        return requestIdOf(1);
      },
    } as unknown as Trims;
    const askedAnew = () => known.sent.filter(({ message }) => message.type === 'look').length;
    const done = createTrimsDesk({ ...known, trims }).requestTrim({ guest: 'web', mounts: [mount] });
    return { done, asked, askedAnew };
  }

  it('is for the filesystem that is mounted there, by whichever of its mounts', async () => {
    const { done, asked, askedAnew } = requestTrim(INVENTORY, '/mnt/root');
    await done;
    expect({ asked, askedAnew: askedAnew() }).toEqual({ asked: [['/']], askedAnew: 0 });
  });

  it.each([
    ['newer than what the guest announced last', { ...INVENTORY, filesystems: [] }],
    ['of a guest that has just come', null],
  ])('for a mount %s asks the guest before it is refused', async (_what, inventory) => {
    const { done, asked, askedAnew } = requestTrim(inventory, '/');
    await done;
    expect({ asked, askedAnew: askedAnew() }).toEqual({ asked: [['/']], askedAnew: 1 });
  });

  it('for a mount that is not there is refused, with those that are', async () => {
    const { done, asked, askedAnew } = requestTrim({ ...INVENTORY, filesystems: [] }, '/nope');
    await expect(done).rejects.toMatchObject({ detail: { code: 'unknown-mount', hint: 'It has: /.' } });
    expect({ asked, askedAnew: askedAnew() }).toEqual({ asked: [], askedAnew: 1 });
  });
});

describe('a trim that is asked for', () => {
  const OFF = { ...WEB_DOMAIN, isRunning: false };

  it('of a guest that is off is refused at once, though its connection has not ended yet', async () => {
    const known = createKnownHost({ domains: [OFF] });
    const asked = createTrimsDesk({ ...known, trims: NO_TRIMS }).requestTrim({ guest: 'web', mounts: null });
    await expect(asked).rejects.toMatchObject({ detail: { code: 'guest-off', subject: 'web' } });
  });

  it.each([
    [
      'a person has revoked',
      [REVOKED],
      'its key was revoked, so that its agent is not let in',
      /guests reinstate web$/,
    ],
    ['has joined anew since', [REVOKED, ACTIVE], 'its agent is not connected', /comes back by itself/],
  ])('of a guest that is away and that %s says so', async (_, keys, cause, hint) => {
    const known = createKnownHost({ connected: [], keys });
    const asked = createTrimsDesk({ ...known, trims: NO_TRIMS }).requestTrim({ guest: 'web', mounts: null });
    await expect(asked).rejects.toMatchObject({
      detail: { code: 'no-agent', cause, hint: expect.stringMatching(hint) },
    });
  });

  it('is not refused by what was true a moment ago', async () => {
    const known = createKnownHost();
    const read = async () => ({ ...(await known.survey.read()), domains: [OFF] });
    const desk = createTrimsDesk({ ...known, survey: { read, readNow: known.survey.readNow }, trims: NO_TRIMS });
    expect(await desk.requestTrim({ guest: 'web', mounts: null })).toEqual({ requestId: 'asked' });
  });

  it.each([
    ['off: it is refused as off, with how it is started', { isRunning: false }, 'guest-off'],
    ['paused: its own reason stands', {}, 'guest-agent-off'],
  ])('of a guest that ran a moment ago, and whose qemu-ga says %s', async (_, now, code) => {
    const channel = { kind: 'socket', path: '/qga', qmpPaths: [] } as const;
    const bare = { ...BARE_DOMAIN, guestAgent: { kind: 'channel', channel } } as const;
    const fault = new Fault({
      code: 'guest-agent-off',
      operation: 'ask',
      subject: '/qga',
      cause: 'no',
      hint: 'Start.',
    });
    const known = createKnownHost({
      domains: [{ ...bare, ...now }],
      connected: [],
      records: [],
      qemuGa: async (channels) => channels.map(() => ({ kind: 'silent', fault })),
    });
    const read = async () => ({ ...(await known.survey.read()), domains: [bare] });
    const desk = createTrimsDesk({ ...known, survey: { read, readNow: known.survey.readNow }, trims: NO_TRIMS });
    const asked = desk.requestTrim({ guest: 'bare', mounts: null });
    await expect(asked).rejects.toMatchObject({ detail: { code, subject: 'bare' } });
  });
});

describe('the doctor', () => {
  it('examines once for all who ask at the same time for the same, and anew afterwards', async () => {
    const known = createKnownHost();
    let samples = 0;
    const sampler = {
      async now(_: readonly DiskPath[]) {
        samples += 1;
        return { samples: {}, restless: [], poolDrift: {}, throughLibvirt: false, commit: null };
      },
    };
    const desk = createDoctorDesk({ ...known, sampler, readOutlooks: async () => new Map() });
    const [one, other, all] = await Promise.all([desk.doctor('web'), desk.doctor('web'), desk.doctor(null)]);
    expect(one).toBe(other);
    expect(all.guests).toHaveLength(2);
    expect(samples).toBe(3);
    await desk.doctor('web');
    expect(samples).toBe(4);
  });

  it('refuses a guest that nobody knows, and is not in the way of the next question', async () => {
    const known = createKnownHost();
    const desk = createDoctorDesk({
      ...known,
      readOutlooks: async () => new Map(),
      sampler: { now: async () => ({ samples: {}, restless: [], poolDrift: {}, throughLibvirt: false, commit: null }) },
    });
    await expect(desk.doctor('nobody')).rejects.toMatchObject({ detail: { code: 'unknown-guest' } });
    expect((await desk.doctor('web')).guests).toHaveLength(1);
  });
});
