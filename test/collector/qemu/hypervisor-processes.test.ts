import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostFiles } from '../../../collector/src/ports/host-files.ts';
import { MOST_COMMAND_LINE_BYTES } from '../../../collector/src/qemu/processes/hypervisor-processes.ts';
import { processesOf, processSourceOf } from '../host/host-processes.ts';
import { createHostTree, type HostTree } from '../host/host-tree.ts';

const QEMU = 'qemu-system-x86_64';
const UUID = '4dea22b3-1d52-d8f3-2516-782e98ab3fa0';
const NOBODY = 65_534;

let tree: HostTree;
beforeEach(() => {
  tree = createHostTree();
  tree.write({
    path: '/etc/passwd',
    text: 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\nlibvirt-qemu:x:64055:1::/:/bin/sh\n',
  });
});
afterEach(() => tree.remove());

async function read({ users, files = tree.files }: { users?: readonly string[]; files?: HostFiles } = {}) {
  const { trusted, ignored } = await processesOf(files, users).read();
  return { trusted: trusted.map(({ pid }) => pid), ignored: ignored.map(({ pid, why }) => [pid, why.kind]) };
}

const status = (pid: number, ids: string) =>
  tree.write({ path: `/proc/${pid}/status`, text: `Name:\tx\nUid:\t${ids.replaceAll(' ', '\t')}\n` });

describe('whose word is taken for a guest', () => {
  it('is that of a QEMU which root runs, or a user of the setting: by name, by number', async () => {
    tree.start({ pid: 7, argv: [QEMU] });
    tree.start({ pid: 8, argv: [QEMU], userId: 64_055 });
    tree.start({ pid: 9, argv: [QEMU], userId: 1_000 });
    expect((await read({ users: ['root'] })).trusted).toEqual([7]);
    expect((await read({ users: ['root', 'libvirt-qemu'] })).trusted).toEqual([7, 8]);
    expect((await read({ users: ['root', '1000'] })).trusted).toEqual([7, 9]);
  });

  it('is not that of anybody else, whoever owns /proc/PID, and whatever user id it has got besides its own', async () => {
    // prctl(PR_SET_DUMPABLE) makes its folder root's, a program with the set-user-ID bit its effective user.
    tree.start({ pid: 7, argv: [QEMU] });
    status(7, '65534 65534 65534 65534');
    tree.start({ pid: 8, argv: [QEMU] });
    status(8, '65534 0 0 0');
    tree.start({ pid: 9, argv: [QEMU] });
    status(9, '0 0 0');
    expect(await read()).toEqual({
      trusted: [],
      ignored: [
        [7, 'user'],
        [8, 'user'],
        [9, 'user'],
      ],
    });
  });

  it('goes by the file that a process runs, and not by what it calls itself', async () => {
    tree.start({ pid: 7, argv: [QEMU], program: '/usr/bin/sleep' });
    tree.start({ pid: 8, argv: ['sleep'], program: `/usr/bin/${QEMU}` });
    tree.start({ pid: 9, argv: ['/usr/bin/kvm'], program: `/usr/bin/${QEMU} (deleted)` });
    expect(await read()).toEqual({ trusted: [8, 9], ignored: [[7, 'program']] });
  });

  it('goes by its name where the collector may not see the file', async () => {
    tree.write({ path: '/proc/7/cmdline', text: `${QEMU}\0-name\0web\0` });
    status(7, '0 0 0 0');
    expect((await read()).trusted).toEqual([7]);
  });

  it('leaves out one whose command line is longer than any, and says so', async () => {
    tree.start({ pid: 7, argv: [QEMU, 'x'.repeat(MOST_COMMAND_LINE_BYTES)] });
    expect(await read()).toEqual({ trusted: [], ignored: [[7, 'silent']] });
  });
});

it('does not read the words of a process that nobody trusts: its owner can keep a reader waiting', async () => {
  tree.start({ pid: 7, argv: [QEMU], userId: NOBODY });
  tree.start({ pid: 8, argv: ['bash'], userId: NOBODY });
  const opened: string[] = [];
  const readText: HostFiles['readText'] = (path, most) => {
    opened.push(path);
    return tree.files.readText(path, most);
  };
  await read({ files: { ...tree.files, readText } });
  expect(opened).toEqual(['/etc/passwd']);
});

it('judges anew who was met while /etc/passwd did not come, and trusts root in any case', async () => {
  tree.start({ pid: 7, argv: [QEMU] });
  tree.start({ pid: 8, argv: [QEMU], userId: 64_055 });
  for (const pid of [7, 8])
    tree.write({ path: `/proc/${pid}/stat`, text: `${pid} (q) S ${Array.from({ length: 48 }, () => 1).join(' ')}\n` });
  let isThere = false;
  const readText: HostFiles['readText'] = async (path, most) =>
    path === '/etc/passwd' && !isThere ? null : tree.files.readText(path, most);
  const processes = processesOf({ ...tree.files, readText }, ['libvirt-qemu']);
  const trusted = async () => (await processes.read()).trusted.map(({ pid }) => pid);
  expect(await trusted()).toEqual([7]);
  isThere = true;
  expect(await trusted()).toEqual([7, 8]);
});

it('reads a process once, and again when it runs another program', async () => {
  const stat = (words: number) =>
    tree.write({
      path: '/proc/7/stat',
      text: `7 (a) b) S ${Array.from({ length: 18 }, () => 1).join(' ')} 4711 ${Array.from({ length: 25 }, () => 0).join(' ')} ${words} 0\n`,
    });
  tree.start({ pid: 7, argv: ['bash'] });
  stat(100);
  const processes = processesOf(tree.files);
  expect((await processes.read()).trusted).toEqual([]);
  // As execve(2): the same process, the same start, other words at another place.
  tree.start({ pid: 7, argv: [QEMU, '-name', 'web'] });
  stat(200);
  const [first] = (await processes.read()).trusted;
  expect(first?.argv).toEqual([QEMU, '-name', 'web']);
  const [again] = (await processes.read()).trusted;
  expect(again).toBe(first);
});

it('tells all that are ignored in one finding, with what makes one a guest', async () => {
  tree.start({ pid: 7, argv: [QEMU, '-name', 'web', '-uuid', UUID] });
  for (let pid = 100; pid < 200; pid++) tree.start({ pid, argv: [QEMU, '-uuid', UUID], userId: NOBODY });
  tree.start({ pid: 300, argv: [QEMU], userId: 1_000 });
  tree.start({ pid: 301, argv: [QEMU], program: '/usr/bin/sleep' });
  const answer = await processSourceOf(tree.files, ['root', 'alice']).read();
  if (answer.kind === 'unavailable') throw new Error(answer.why);
  expect(answer.domains.map(({ name, uuid }) => [name, uuid])).toEqual([['web', UUID]]);
  expect(answer.findings).toEqual([
    {
      subject: '102 processes are ignored',
      sentence:
        'What looks like QEMU is taken for a guest only where a user runs it who runs guests here. Ignored: 100, 101, 102 and 97 more, run by nobody (uid 65534); 300, run by uid 1000; 301, only called so.',
      hint: expect.stringMatching(
        /^If one of them is a guest, add who runs it, by name or uid, .* --hypervisor-users root,alice,USER$/,
      ),
    },
  ]);
});

it('names the uid of a guest of KubeVirt where nobody is called so here, and where somebody else is', async () => {
  tree.start({ pid: 7, argv: [QEMU], userId: 107 });
  const read = async () => {
    const answer = await processSourceOf(tree.files, ['root']).read();
    if (answer.kind === 'unavailable') throw new Error(answer.why);
    return [answer.findings[0]?.sentence, answer.ignoredUsers];
  };
  const told = 'What looks like QEMU is taken for a guest only where a user runs it who runs guests here. Ignored: 7';
  tree.write({ path: '/etc/passwd', text: 'root:x:0:0::/root:/bin/sh\n' });
  expect(await read()).toEqual([`${told}, run by uid 107.`, ['uid 107']]);
  tree.write({ path: '/etc/passwd', text: 'tcpdump:x:107:114::/nonexistent:/usr/sbin/nologin\n' });
  expect(await read()).toEqual([`${told}, run by tcpdump (uid 107).`, ['tcpdump (uid 107)']]);
  expect((await processesOf(tree.files, ['107']).read()).trusted.map(({ pid }) => pid)).toEqual([7]);
});

it('prints nothing of a file that a command line has it read, also where that cannot be understood', async () => {
  const secret = 'root:$6$Zr1Q';
  tree.link({ path: '/proc/7/root', target: '/' });
  tree.link({ path: '/proc/7/cwd', target: '/' });
  tree.write({ path: '/etc/shadow', text: `[drive "x"]\n{${secret}\n[device]\n  driver = "{${secret}"\n` });
  tree.start({ pid: 7, argv: [QEMU, '-name', 'web', '-readconfig', '/etc/shadow', '-device', `{"${secret}`] });
  const answer = await processSourceOf(tree.files).read();
  expect(JSON.stringify(answer)).toContain('what begins as JSON in it is none');
  expect(JSON.stringify(answer)).not.toContain(secret.slice(0, 6));
});
