import { describe, expect, it } from 'vitest';
import { type AskManyDeps, askMany } from '../../../../collector/src/conduct/desk/ask-many.ts';
import type { TrimWish } from '../../../../collector/src/conduct/trims/ask-guests.ts';
import type { ManyTrimsRequest } from '../../../../collector/src/ports/desk/trims.ts';
import { aDomain, anIdentity } from '../../correlate/examples.ts';
import { aConnected, aRecord, BARE_DOMAIN, createKnownHost, IDLE, INVENTORY, WEB_DOMAIN } from '../known-host.ts';
import { requestIdOf } from '../trims/trim-examples.ts';

const IDLE_UUID = '00000000-0000-4000-8000-000000000003';
const IDLE_GUEST = { id: IDLE, name: 'idle' };
const HOST = {
  domains: [WEB_DOMAIN, BARE_DOMAIN, aDomain({ key: 'qemu:300', name: 'idle', uuid: IDLE_UUID, guestUuid: IDLE_UUID })],
  connected: [aConnected(), aConnected({ ...IDLE_GUEST, identity: anIdentity({ productUuid: IDLE_UUID }) })],
  records: [aRecord(), aRecord({ ...IDLE_GUEST, identities: [{ kind: 'product-uuid', value: IDLE_UUID }] })],
};

function ask(
  request: Partial<ManyTrimsRequest>,
  host: Parameters<typeof createKnownHost>[0] = HOST,
  askAll?: AskManyDeps['trims']['askAll'],
) {
  const known = createKnownHost(host);
  const wishes: TrimWish[] = [];
  const trims: AskManyDeps['trims'] = {
    async askAll(all) {
      wishes.push(...all);
      return askAll?.(all) ?? all.map((_, index) => ({ kind: 'asked', requestId: requestIdOf(index + 1) }));
    },
  };
  const answer = askMany(
    { ...known, trims },
    {
      request: { guests: null, mounts: null, ...request },
      askedBy: { kind: 'token', name: 'nightly' },
    },
  );
  return { answer, wishes, known };
}

const told = ({ asked, refused }: Awaited<ReturnType<typeof askMany>>) => ({
  asked: asked.map(({ guest }) => guest),
  refused: refused.map(({ guest, error }) => [guest, error.code]),
});

describe('asking many guests', () => {
  it('all means each that this host knows of: who can trim is asked, and of the others it is said why not', async () => {
    const { answer, wishes, known } = ask({});
    expect(told(await answer)).toEqual({ asked: ['web', 'idle'], refused: [['bare', 'no-agent']] });
    expect(wishes.map(({ guest, mounts, askedBy }) => [guest.name, mounts, askedBy])).toEqual([
      ['web', null, { kind: 'token', name: 'nightly' }],
      ['idle', null, { kind: 'token', name: 'nightly' }],
    ]);
    expect(known.hostReadings()).toBe(1);
  });

  it('gives each the id of its own request', async () => {
    expect((await ask({}).answer).asked).toEqual([
      { guest: 'web', requestId: requestIdOf(1) },
      { guest: 'idle', requestId: requestIdOf(2) },
    ]);
  });

  it('asks those that are named, each once, and says which word is nobody', async () => {
    const { answer } = ask({ guests: ['idle', 'nobody', IDLE_UUID, 'web'] });
    expect(told(await answer)).toEqual({ asked: ['idle', 'web'], refused: [['nobody', 'unknown-guest']] });
  });

  it('one that is off keeps no other from trimming', async () => {
    const domains = HOST.domains.map((domain) => ({ ...domain, isRunning: domain.name !== 'idle' }));
    const { answer } = ask({ guests: ['web', 'idle'] }, { ...HOST, domains });
    expect(told(await answer)).toEqual({ asked: ['web'], refused: [['idle', 'guest-off']] });
  });

  it('one without the mount keeps no other from trimming, and was asked whether it is new', async () => {
    const connected = HOST.connected.map((guest) =>
      guest.id === IDLE ? { ...guest, inventory: { ...INVENTORY, filesystems: [] } } : guest,
    );
    // As its agent answers, it has all that it announced.
    const { answer, known } = ask({ guests: ['web', 'idle'], mounts: ['/mnt/root', '/nope'] }, { ...HOST, connected });
    expect(told(await answer)).toEqual({
      asked: [],
      refused: [
        ['web', 'unknown-mount'],
        ['idle', 'unknown-mount'],
      ],
    });
    expect(known.sent.map(({ id, message }) => [id, message.type])).toEqual([
      ['guest-1', 'look'],
      ['guest-2', 'look'],
    ]);
    const { answer: other, wishes } = ask({ guests: ['web', 'idle'], mounts: ['/mnt/root'] }, { ...HOST, connected });
    expect(told(await other)).toEqual({ asked: ['web', 'idle'], refused: [] });
    expect(wishes.map(({ mounts }) => mounts)).toEqual([['/'], ['/']]);
  });

  it('what could not be stored is told of its guest alone', async () => {
    const { answer } = ask({ guests: ['web', 'idle'] }, HOST, async () => [
      { kind: 'failed', reason: new TypeError('no such number') },
      { kind: 'asked', requestId: requestIdOf(2) },
    ]);
    expect(told(await answer)).toEqual({ asked: ['idle'], refused: [['web', 'internal']] });
  });
});
