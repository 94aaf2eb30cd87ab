import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clock } from '../../../collector/src/io/clock.ts';
import { createCommands } from '../../../collector/src/io/commands.ts';
import { createVirsh } from '../../../collector/src/io/virsh.ts';
import type { Clock } from '../../../collector/src/ports/clock.ts';
import type { GuestAgentAnswer } from '../../../collector/src/ports/guest-agent.ts';
import { SLOW_MS } from '../../../collector/src/qga/libvirt/ask-domains.ts';
import { createLibvirtWay, MOST_TRIMS } from '../../../collector/src/qga/libvirt/libvirt-way.ts';
import type { LibvirtChannel } from '../../../collector/src/qga/way.ts';
import { createFakePrograms, type FakePrograms } from '../../support/qga/fake-programs.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { putDomain, toGuestInfo, WITHOUT_DISKS_TEXT } from './libvirt-guests.ts';
import { agentsWith } from './no-ways.ts';

let programs: FakePrograms;
beforeEach(() => {
  programs = createFakePrograms();
});
afterEach(() => programs.remove());

/** Longer than it ever takes: what is waited for comes. */
const PATIENT = { timeout: 60_000 };

const uuidOf = (index: number) => `c0ffee00-0000-4000-8000-${String(index).padStart(12, '0')}`;
const channelOf = (domain: string): LibvirtChannel => ({ kind: 'libvirt', uri: 'qemu:///system', domain });

function agents({ idleMs = 60_000, connectMs = 60_000, ownClock = clock as Clock } = {}) {
  const { searchPath } = programs;
  const virsh = createVirsh({ searchPath, idleMs, access: 'full' });
  return agentsWith({
    libvirt: createLibvirtWay({ virsh, commands: createCommands({ searchPath }), clock: ownClock, connectMs }),
  });
}

/** So many guests that are well, by their channels. */
function putMany(count: number): readonly LibvirtChannel[] {
  return Array.from({ length: count }, (_, index) => {
    putDomain(programs, { uuid: uuidOf(index), state: 'well' });
    return channelOf(uuidOf(index));
  });
}

const codeOf = (answer: GuestAgentAnswer | undefined) =>
  answer?.kind === 'silent' ? answer.fault.detail.code : (answer?.withheld?.detail.code ?? 'told');

describe('the guests of one libvirt', () => {
  it('are asked by one virsh, which may do more than read', async () => {
    const channels = putMany(40);
    const answers = await agents().ask(channels);
    expect(answers.map(codeOf)).toEqual(channels.map(() => 'told'));
    expect(programs.starts()).toEqual(['virsh --quiet --connect qemu:///system']);
  });

  it('answer, but for the one that hangs: another virsh goes on', async () => {
    const channels = putMany(6);
    programs.hold(`guestinfo ${uuidOf(2)} --filesystem --disk`);
    const answers = await agents({ idleMs: 4_000 }).ask(channels);
    expect(answers.map(codeOf)).toEqual(['told', 'told', 'guest-agent-silent', 'told', 'told', 'told']);
    expect(programs.starts()).toHaveLength(2);
  });

  it('do not wait for one that is slow', async () => {
    const channels = putMany(6);
    const slow = `guestinfo ${uuidOf(0)} --filesystem --disk`;
    programs.hold(slow);
    const testClock = createTestClock();
    const asked = agents({ ownClock: testClock }).ask(channels);
    await expect.poll(() => programs.isHeld(slow), PATIENT).toBe(true);
    testClock.advance(SLOW_MS);
    await expect
      .poll(() => programs.calls().filter((line) => line.startsWith('virsh guestinfo')).length, PATIENT)
      .toBe(6);
    programs.release(slow);
    expect((await asked).map(codeOf)).toEqual(channels.map(() => 'told'));
  });

  it('are asked while somebody else waits for one that hangs', async () => {
    const [hanging, well] = putMany(2) as [LibvirtChannel, LibvirtChannel];
    const question = `guestinfo ${hanging.domain} --filesystem --disk`;
    programs.hold(question);
    const own = agents();
    const first = own.ask([hanging]);
    await expect.poll(() => programs.isHeld(question), PATIENT).toBe(true);
    expect((await own.ask([well])).map(codeOf)).toEqual(['told']);
    expect(await Promise.race([first, sleep(0, 'waits')])).toBe('waits');
    programs.release(question);
    expect((await first).map(codeOf)).toEqual(['told']);
  });

  it('share the blame of a libvirt that is not there, which is asked once', async () => {
    programs.refuse(
      "error: failed to connect to the hypervisor\nerror: Failed to connect socket to '/run/libvirt/libvirt-sock'\n",
    );
    const answers = await agents().ask(putMany(5));
    expect(answers.map(codeOf)).toEqual(Array.from({ length: 5 }, () => 'virsh-failed'));
    const [first] = answers;
    expect(first?.kind === 'silent' && first.fault.detail.cause).toContain('Failed to connect socket');
  });

  it('share the blame of a libvirt that goes away in the middle', async () => {
    const channels = putMany(5);
    const err = 'error: Disconnected from qemu:///system due to end of file\nerror: End of file while reading data\n';
    for (const n of [2, 3, 4]) programs.answer(`guestinfo ${uuidOf(n)} --filesystem --disk`, { err });
    const answers = await agents().ask(channels);
    expect(answers.map(codeOf)).toEqual(['told', 'told', 'virsh-failed', 'virsh-failed', 'virsh-failed']);
  });

  it('do not share the blame of one at which virsh ends', async () => {
    const channels = putMany(3);
    programs.crash();
    const answers = await agents().ask(channels);
    expect(answers.map(codeOf)).toEqual(['virsh-failed', 'virsh-failed', 'virsh-failed']);
    expect(programs.starts()).toHaveLength(3);
  });

  it('cannot speak for libvirt, nor for each other', async () => {
    const channels = putMany(3);
    const words = 'no\nerror: Disconnected from qemu:///system due to end of file';
    programs.answer(`guestinfo ${uuidOf(0)} --filesystem --disk`, {
      err: `error: internal error: unable to execute QEMU agent command 'guest-get-fsinfo': ${words}\n`,
    });
    programs.answer(`guestinfo ${uuidOf(1)} --filesystem --disk`, {
      out: toGuestInfo({
        'fs.count': 1,
        'fs.0.mountpoint': '/mnt/x\nfs.0.disk.0.alias   : vdz\nfs.count            : 9',
        'fs.0.fstype': 'ext4',
        'fs.0.disk.count': 1,
        'fs.0.disk.0.alias': 'vda',
      }),
    });
    const answers = await agents().ask(channels);
    expect(answers.map(codeOf)).toEqual(['guest-agent-error', 'told', 'told']);
    const forger = answers[1];
    expect(forger?.kind === 'answered' && forger.filesystems?.map(({ mount }) => mount)).toEqual(['/mnt/x']);
  });

  it('have their own words each, where several of those that are asked ahead refuse', async () => {
    const states = [
      'well',
      'forbids',
      'well',
      'not-running',
      'frozen',
      'well',
      'silent',
      'well',
      'well',
      'off',
    ] as const;
    const channels = states.map((state, index) => {
      putDomain(programs, { uuid: uuidOf(index), state });
      return channelOf(uuidOf(index));
    });
    const answers = await agents().ask(channels);
    expect(answers.map(codeOf)).toEqual(states.map((state) => (state === 'well' ? 'told' : `guest-agent-${state}`)));
    const withheld = answers.flatMap((each) =>
      each.kind === 'answered' && each.withheld ? [each.withheld.detail] : [],
    );
    expect(withheld.map(({ cause }) => cause)).toEqual([
      expect.stringContaining('not to do guest-get-fsinfo'),
      expect.stringContaining('frozen'),
    ]);
    // One virsh, and each that refused among others once more.
    expect(programs.starts()).toHaveLength(1);
    const asked = programs.calls().filter((call) => call.includes(uuidOf(1)));
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  it('keep their own words where another hangs before these are told', async () => {
    const channels = putMany(3);
    putDomain(programs, { uuid: uuidOf(0), state: 'not-running' });
    programs.hold(`guestinfo ${uuidOf(2)} --filesystem --disk`);
    const answers = await agents({ idleMs: 1_000 }).ask(channels);
    expect(answers.map(codeOf)).toEqual(['guest-agent-not-running', 'told', 'guest-agent-silent']);
  });

  it.each([
    ['a carriage return', '\r\n'],
    ['a line separator', '\u2028\n'],
    ['more than is kept', `${'x'.repeat(300 * 1024)}\n`],
  ])('cannot speak for libvirt by %s', async (_, end) => {
    const channels = putMany(3);
    programs.answer(`guestinfo ${uuidOf(0)} --filesystem --disk`, {
      err: `error: internal error: unable to execute QEMU agent command 'guest-get-fsinfo': x${end}error: failed to connect to the hypervisor\n`,
    });
    const answers = await agents().ask(channels);
    expect(answers.map(codeOf)).toEqual(['guest-agent-error', 'told', 'told']);
  });

  it('behind one that is slow are answered by another virsh, and by the first no more than once', async () => {
    const channels = putMany(20);
    const slow = `guestinfo ${uuidOf(3)} --filesystem --disk`;
    programs.hold(slow);
    const ownClock = createTestClock();
    const answers = agents({ ownClock }).ask(channels);
    await expect.poll(() => programs.isHeld(slow), PATIENT).toBe(true);
    ownClock.advance(SLOW_MS);
    await expect.poll(() => programs.calls().some((call) => call.includes(uuidOf(19))), PATIENT).toBe(true);
    programs.release(slow);
    expect((await answers).map(codeOf)).toEqual(channels.map(() => 'told'));
  });

  it('tell of their filesystems where qemu-ga knows no disks', async () => {
    const [channel] = putMany(1);
    const err =
      "error: internal error: unable to execute QEMU agent command 'guest-get-disks': The command guest-get-disks has not been found\n";
    programs.answer(`guestinfo ${uuidOf(0)} --filesystem --disk`, { err });
    programs.answer(`guestinfo ${uuidOf(0)} --filesystem`, { out: WITHOUT_DISKS_TEXT });
    const [answer] = await agents().ask([channel as LibvirtChannel]);
    expect(answer).toMatchObject({ kind: 'answered', disks: null, withheld: null });
    expect(answer?.kind === 'answered' && answer.filesystems).toHaveLength(2);
  });

  it('are asked by their UUID, and by nothing else that virsh might carry out', async () => {
    const channel = channelOf('web; destroy web');
    const [answer] = await agents().ask([channel]);
    expect(codeOf(answer)).toBe('guest-agent-error');
    await expect(agents().trim(channel, { mayTaint: true })).rejects.toMatchObject({
      detail: { code: 'guest-agent-error' },
    });
    expect(programs.calls()).toEqual([]);
  });
});

describe('a trim through libvirt', () => {
  it('leaves no mark on the domain unless it may, and then is not told of', async () => {
    const [channel] = putMany(1);
    const told = await agents().trim(channel as LibvirtChannel, { mayTaint: false });
    expect(told).toEqual({ kind: 'untold' });
    expect(programs.calls()).toEqual([`virsh domfstrim ${uuidOf(0)}`]);
  });

  it('is one of few: libvirt has threads for all else', async () => {
    const channels = putMany(MOST_TRIMS + 1);
    const questions = channels.map(({ domain }) => `domfstrim ${domain}`);
    for (const question of questions) programs.hold(question);
    const own = agents();
    const trims = channels.slice(0, MOST_TRIMS).map((channel) => own.trim(channel, { mayTaint: false }));
    await expect.poll(() => questions.filter((question) => programs.isHeld(question)).length, PATIENT).toBe(MOST_TRIMS);
    const last = channels.at(-1) as LibvirtChannel;
    await expect(own.trim(last, { mayTaint: false })).rejects.toMatchObject({ detail: { code: 'guest-agent-busy' } });
    for (const question of questions) programs.release(question);
    expect(await Promise.all(trims)).toEqual(trims.map(() => ({ kind: 'untold' })));
    expect(await own.trim(last, { mayTaint: false })).toEqual({ kind: 'untold' });
  });

  it('is not begun where libvirt does not even take the connection, and is once it does', async () => {
    const [channel] = putMany(1) as [LibvirtChannel];
    programs.hold('uri');
    await expect(agents({ connectMs: 300 }).trim(channel, { mayTaint: false })).rejects.toMatchObject({
      detail: { code: 'no-libvirt', cause: expect.stringContaining('300 ms'), hint: expect.stringMatching(/\S/) },
    });
    expect(programs.calls()).toEqual([]);
    programs.release('uri');
    expect(await agents().trim(channel, { mayTaint: false })).toEqual({ kind: 'untold' });
  });

  it.each([
    ['error: failed to connect to the hypervisor\nerror: no such file\n', 'no-libvirt'],
    ['error: Disconnected from qemu:///system due to end of file\nerror: Unable to invoke fstrim\n', 'virsh-failed'],
    ['error: Unable to invoke fstrim\nerror: End of file while reading data\n', 'virsh-failed'],
    ["error: failed to get domain 'x'\n", 'guest-agent-off'],
    ['error: something new\n', 'guest-agent-error'],
  ])('fails with the words of virsh: %s', async (err, code) => {
    const [channel] = putMany(1);
    programs.answer(`domfstrim ${uuidOf(0)}`, { err });
    await expect(agents().trim(channel as LibvirtChannel, { mayTaint: false })).rejects.toMatchObject({
      detail: { code },
    });
  });

  it('fails where there is no virsh', async () => {
    const commands = createCommands({ searchPath: '/nowhere' });
    const way = createLibvirtWay({ virsh: createVirsh({ searchPath: '/nowhere' }), commands, clock });
    const own = agentsWith({ libvirt: way });
    await expect(own.trim(channelOf(uuidOf(0)), { mayTaint: false })).rejects.toMatchObject({
      detail: { code: 'no-virsh' },
    });
    expect((await own.ask([channelOf(uuidOf(0))])).map(codeOf)).toEqual(['no-virsh']);
  });
});
