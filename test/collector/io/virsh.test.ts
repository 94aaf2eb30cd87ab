import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirsh } from '../../../collector/src/io/virsh.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-virsh-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Answers the marks, as virsh echoes them; `eval` takes the quotes away. */
const ANSWER = 'while read -r line; do case "$line" in echo*) eval "$line";; *) echo "said $line";; esac; done';

function ask(body: string, limits: { idleMs?: number; wholeMs?: number } = {}) {
  writeFileSync(join(folder, 'virsh'), `#!/bin/bash\ncd ${folder}; echo $$ >pid; ${body}\n`);
  chmodSync(join(folder, 'virsh'), 0o755);
  const virsh = createVirsh({ searchPath: `${folder}:${process.env.PATH}`, ...limits });
  return virsh.converse('qemu:///system', (put) => put('list'));
}

/** No process of its group is left, but those that nobody has waited for (proc_pid_stat(5): state, parent, group). */
function isOver(): boolean {
  const group = readFileSync(join(folder, 'pid'), 'utf8').trim();
  const states = readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const [state, , ofGroup] = (readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1) ?? '').split(' ');
      return ofGroup === group ? [state] : [];
    } catch {
      return [];
    }
  });
  return states.every((state) => state === 'Z');
}

describe('a virsh that', () => {
  it('answers and does not end has answered, and is ended', async () => {
    const { result } = await ask(`trap "" TERM; ${ANSWER}; sleep 1000`);
    expect(result).toContain('said list');
    await expect.poll(isOver).toBe(true);
  });

  it('ends later does not end for what it complained of before', async () => {
    const complain = 'echo "error: of a guest" >&2; read -r line; read -r line; eval "$line"; read -r line; exit 1';
    writeFileSync(join(folder, 'virsh'), `#!/bin/bash\n${complain}\n`);
    chmodSync(join(folder, 'virsh'), 0o755);
    const virsh = createVirsh({ searchPath: `${folder}:${process.env.PATH}` });
    const talk = virsh.converse('qemu:///system', async (put) => {
      await put('one');
      return put('two');
    });
    await expect(talk).rejects.toMatchObject({ detail: { code: 'virsh-failed', cause: 'virsh ended in the middle' } });
  });

  it('leaves a program behind that holds its output has answered, and both are ended', async () => {
    const { result } = await ask(`(trap "" TERM HUP; sleep 1000) & ${ANSWER}`);
    expect(result).toContain('said list');
    await expect.poll(isOver).toBe(true);
  });

  it.each([
    ['never answers', 'sleep 1000', 'virsh-silent', 'has answered nothing for 300 ms'],
    [
      'floods and never answers',
      'exec yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
      'virsh-silent',
      'has answered nothing for 300 ms',
    ],
    ['is noise', 'head -c 100000 /dev/urandom; exit 0', 'virsh-failed', 'ended in the middle'],
  ])('%s is ended', async (_, body, code, cause) => {
    const asked = ask(body, { idleMs: 300 });
    await expect(asked).rejects.toMatchObject({
      detail: { code, cause: expect.stringContaining(cause) },
    });
    await expect.poll(isOver).toBe(true);
  });

  it('answers each question in time, and the whole never, is ended', async () => {
    writeFileSync(join(folder, 'virsh'), `#!/bin/bash\n${ANSWER}\n`);
    chmodSync(join(folder, 'virsh'), 0o755);
    const virsh = createVirsh({ searchPath: `${folder}:${process.env.PATH}`, idleMs: 60_000, wholeMs: 300 });
    const talk = virsh.converse('qemu:///system', async (put) => {
      for (;;) await put('list');
    });
    await expect(talk).rejects.toMatchObject({
      detail: { code: 'virsh-silent', cause: 'virsh was not through after 300 ms' },
    });
  });

  it('complains tells of which command: each complaint is there with the answer that came after it', async () => {
    const complain =
      'while read -r line; do case "$line" in echo*) eval "$line";; *) echo "error: no $line" >&2;; esac; done';
    writeFileSync(join(folder, 'virsh'), `#!/bin/bash\n${complain}\n`);
    chmodSync(join(folder, 'virsh'), 0o755);
    const virsh = createVirsh({ searchPath: `${folder}:${process.env.PATH}` });
    const wanted = Array.from({ length: 200 }, (_, index) => `domain-${index}`);
    const { result, errors } = await virsh.converse('qemu:///system', async (put, complaints) => {
      const told: (readonly string[])[] = [];
      for (const domain of wanted) {
        await put(domain);
        told.push(await complaints());
      }
      return told;
    });
    expect(result).toEqual(wanted.map((domain) => [`no ${domain}`]));
    expect(errors).toHaveLength(200);
  });

  it.each([
    ['read-only' as const, '--quiet --readonly --connect qemu:///system'],
    ['full' as const, '--quiet --connect qemu:///system'],
  ])('is given %s access is started so', async (access, args) => {
    writeFileSync(join(folder, 'virsh'), `#!/bin/bash\necho "$*" >${folder}/args\n${ANSWER}\n`);
    chmodSync(join(folder, 'virsh'), 0o755);
    const virsh = createVirsh({ searchPath: `${folder}:${process.env.PATH}`, access });
    await virsh.converse('qemu:///system', (put) => put('list'));
    expect(readFileSync(join(folder, 'args'), 'utf8').trim()).toBe(args);
  });
});
