import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '@trimtab/protocol/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuestAgentChannel } from '../../collector/src/model/guest-agent.ts';
import type { GuestAgentAnswer, GuestAgents } from '../../collector/src/ports/guest-agent.ts';

/** What a guest and its qemu-ga can be like. */
export const STATES = [
  'well',
  'off',
  'absent',
  'not-running',
  'busy',
  'silent',
  'gone',
  'frozen',
  'forbids',
  'too-long',
  'nested',
  'no-json',
  'wrong-keys',
  'more-keys',
] as const;
export type GuestState = (typeof STATES)[number];

export interface GuestAgentsUnderTest {
  readonly agents: GuestAgents;
  readonly mayTaint: boolean;
  /** A guest of which all questions and trims go so; null where this way cannot tell of such a one. */
  guest(state: GuestState): Promise<GuestAgentChannel | null>;
  /** One whose trim goes on until it is ended. */
  longTrim(): Promise<LongTrim>;
  /** One whose qemu-ga dies in the middle of its trim. */
  dyingInTrim(): Promise<GuestAgentChannel>;
  readonly tells: { readonly version: boolean; readonly paths: boolean; readonly disks: boolean };
  /** What a guest that is silent is called: `late` where nobody knows whether it has heard what it was asked. */
  readonly silent: Readonly<Record<'asked' | 'trimmed', 'guest-agent-silent' | 'guest-agent-late'>>;
  /** The states that there are none of over this way. */
  readonly never: readonly GuestState[];
  remove(): Promise<void>;
}

export interface LongTrim {
  readonly channel: GuestAgentChannel;
  isUnderWay(): boolean;
  end(): void;
}

/** What the guest `well` has mounted: `/` on one disk, `/srv` on two. */
export const WELL = { mounts: ['/', '/srv'], sizeBytes: 8_320_901_120, usedBytes: 1_263_472_640 } as const;
/** What its trim gives by its own word. */
export const TRIMMED = [
  { mount: '/', trimmedBytes: 263_467_008, error: null },
  { mount: '/srv', trimmedBytes: null, error: 'trim not supported' },
] as const;

/**
 * What every way to a guest's qemu-ga owes (collector/src/ports/guest-agent.ts): [GA1] answers are in the order of the
 * questions, and tell what is mounted on which disks; [GA2] who does not answer is silent for one reason, with a
 * remedy, and keeps nobody else from answering; [GA3] who refuses is there, and what it withholds is null and has a
 * reason; [GA4] whatever a guest says is bounded, and what is no answer is an error; [GA5] a trim is told as far as the
 * way tells it, or fails for the reason; [GA6] while one goes on, its channel is busy at once and all others answer.
 */
export function describeGuestAgents(name: string, open: () => Promise<GuestAgentsUnderTest>): void {
  describe(`qemu-guest-agent over ${name}`, () => {
    let given: GuestAgentsUnderTest;
    beforeEach(async () => {
      given = await open();
    });
    afterEach(() => given.remove());

    /** Of one state that this way knows, or null. */
    async function askOne(state: GuestState): Promise<GuestAgentAnswer | null> {
      const channel = await given.guest(state);
      return channel === null ? null : ((await given.agents.ask([channel]))[0] ?? null);
    }

    async function trimFault(channel: GuestAgentChannel): Promise<Fault> {
      const told = await given.agents.trim(channel, { mayTaint: given.mayTaint }).catch((error: unknown) => error);
      if (!(told instanceof Fault)) throw new Error(`no Fault: ${JSON.stringify(told)}`);
      return told;
    }

    it('knows every state, or says that there are none', async () => {
      const unknown: GuestState[] = [];
      for (const state of STATES) if ((await given.guest(state)) === null) unknown.push(state);
      expect(unknown).toEqual(given.never);
    });

    it('[GA1] tells what is mounted, and on which disks', async () => {
      const answer = await askOne('well');
      if (answer?.kind !== 'answered') throw new Error(JSON.stringify(answer));
      expect(answer.filesystems?.map(({ mount }) => mount)).toEqual(WELL.mounts);
      const [root, data] = answer.filesystems ?? [];
      expect(root).toMatchObject({ kind: 'ext4', sizeBytes: WELL.sizeBytes, usedBytes: WELL.usedBytes });
      expect([root?.disks.length, data?.disks.length]).toEqual([1, 2]);
      const [disk] = root?.disks ?? [];
      expect(disk?.target ?? disk?.pciAddress).toMatch(/^vda$|^0000:00:05\.0$/);
      expect(typeof answer.version === 'string').toBe(given.tells.version);
      expect(answer.disks !== null).toBe(given.tells.disks);
      expect(answer.withheld).toBeNull();
      expect(answer.allows.fsinfo).toBe(true);
    });

    it('[GA1] answers in the order of the questions, and the same question twice', async () => {
      const [off, well] = [await given.guest('not-running'), await given.guest('well')];
      if (off === null || well === null) throw new Error('there is always one');
      const answers = await given.agents.ask([off, well, off, well]);
      expect(answers.map(({ kind }) => kind)).toEqual(['silent', 'answered', 'silent', 'answered']);
      expect(await given.agents.ask([])).toEqual([]);
    });

    it.each(['off', 'absent', 'not-running', 'busy', 'silent', 'gone'] as const)(
      '[GA2] of one that is %s, says so with a remedy, and others answer',
      async (state) => {
        const [channel, well] = [await given.guest(state), await given.guest('well')];
        if (channel === null || well === null) return expect(given.never).toContain(state);
        const [answer, other] = await given.agents.ask([channel, well]);
        if (answer?.kind !== 'silent') throw new Error(JSON.stringify(answer));
        expect(answer.fault.detail).toMatchObject({
          code: state === 'silent' ? given.silent.asked : `guest-agent-${state}`,
          operation: 'ask qemu-guest-agent',
          cause: expect.stringMatching(/^\S.*[^.]$/),
          hint: expect.stringMatching(/\S/),
        });
        expect(other?.kind).toBe('answered');
      },
    );

    it.each(['frozen', 'forbids'] as const)(
      '[GA3] of one that is there and %s, tells what it withholds',
      async (state) => {
        const answer = await askOne(state);
        if (answer?.kind !== 'answered') throw new Error(JSON.stringify(answer));
        expect(answer.filesystems).toBeNull();
        expect(answer.allows.fsinfo).toBe(state === 'forbids' ? false : null);
        expect(answer.withheld?.detail).toMatchObject({
          code: `guest-agent-${state}`,
          hint: expect.stringMatching(state === 'frozen' ? /thaw|unfreeze/ : /qemu-ga\.conf/),
        });
      },
    );

    it.each(['too-long', 'nested', 'no-json', 'wrong-keys'] as const)(
      '[GA4] of one whose answer is %s, knows nothing, and others answer',
      async (state) => {
        const [channel, well] = [await given.guest(state), await given.guest('well')];
        if (channel === null || well === null) return expect(given.never).toContain(state);
        const [answer, other] = await given.agents.ask([channel, well]);
        if (answer?.kind === 'answered') expect(answer.filesystems).toBeNull();
        const fault = answer?.kind === 'answered' ? answer.withheld : answer?.fault;
        expect(fault?.detail.code).toBe('guest-agent-error');
        expect(other?.kind).toBe('answered');
      },
    );

    it('[GA4] passes over what it does not know', async () => {
      const answer = await askOne('more-keys');
      if (answer?.kind !== 'answered') throw new Error(JSON.stringify(answer));
      expect(answer.filesystems?.map(({ mount, usedBytes }) => [mount, usedBytes])).toEqual([['/', null]]);
    });

    it('[GA5] tells of a trim what this way tells', async () => {
      const channel = await given.guest('well');
      if (channel === null) throw new Error('there is always one');
      const told = await given.agents.trim(channel, { mayTaint: given.mayTaint });
      expect(told).toEqual(given.tells.paths ? { kind: 'told', paths: TRIMMED } : { kind: 'untold' });
    });

    it.each(['off', 'absent', 'not-running', 'busy', 'silent', 'gone', 'frozen', 'forbids'] as const)(
      '[GA5] a trim of one that is %s fails for that reason',
      async (state) => {
        const channel = await given.guest(state);
        if (channel === null) return expect(given.never).toContain(state);
        const { detail } = await trimFault(channel);
        const code = state === 'silent' ? given.silent.trimmed : `guest-agent-${state}`;
        expect(detail).toMatchObject({ code, operation: 'trim through qemu-guest-agent' });
      },
    );

    it('[GA5] a trim in whose middle qemu-ga dies fails, and says that', async () => {
      const { detail } = await trimFault(await given.dyingInTrim());
      expect(detail).toMatchObject({ code: 'guest-agent-gone', hint: expect.stringMatching(/\S/) });
    });

    it('[GA6] while a trim goes on its channel is busy at once, and all others answer', async () => {
      const { channel, isUnderWay, end } = await given.longTrim();
      const well = await given.guest('well');
      if (well === null) throw new Error('there is always one');
      const trim = given.agents.trim(channel, { mayTaint: given.mayTaint });
      await expect.poll(isUnderWay, { timeout: 60_000 }).toBe(true);
      const [own, other] = await given.agents.ask([channel, well]);
      expect(own?.kind === 'silent' && own.fault.detail.code).toBe('guest-agent-busy');
      expect(other?.kind).toBe('answered');
      expect((await trimFault(channel)).detail.code).toBe('guest-agent-busy');
      expect(await Promise.race([trim, sleep(0, 'goes on')])).toBe('goes on');
      end();
      expect((await trim).kind).toBe(given.tells.paths ? 'told' : 'untold');
      expect((await given.agents.ask([channel]))[0]?.kind).toBe('answered');
    });
  });
}
