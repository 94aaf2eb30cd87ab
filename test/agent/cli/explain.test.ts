import { expect, it } from 'vitest';
import { layOutTree, readTree } from '../probe/kernel-tree.ts';
import { runAgent } from '../support/agent-program.ts';

/** The program on a guest that was captured; statfs is that of this machine, so sizes are not compared. */
async function explain(name: string, flags: readonly string[] = []) {
  const tree = await layOutTree(await readTree(name));
  try {
    return await runAgent({ args: ['probe', '--explain', '--root', tree.root, ...flags] });
  } finally {
    await tree.remove();
  }
}

it('ends with 1 where something in the guest loses discards, and says what and how to end it', async () => {
  const { code, stdout } = await explain('luks-without-discards');
  expect(code).toBe(1);
  expect(stdout).toContain('lost at issued: vault, the dm-crypt layer below /, passes no discards on');
  expect(stdout).toContain('\n      cryptsetup refresh --allow-discards --persistent vault\n');
  expect(stdout).toContain('page: docs/causes.md#dm-crypt-without-discards of Trimtab\n');
  expect(stdout).toMatch(/\nOnly `trimtab doctor` on the host can say what the host does with discards\.\n$/);
});

it('ends with 0 where there are notes only', async () => {
  const { code, stdout } = await explain('lvm-luks-md');
  expect(code).toBe(0);
  expect(stdout).toContain('/srv/data is not in /etc/fstab, so fstrim.timer never trims it.');
  expect(stdout).toContain('good: nothing in this guest stands in the way of a trim');
});

it('says the same in JSON', async () => {
  const { code, stdout } = await explain('md-raid5', ['--json']);
  expect(code).toBe(1);
  const explained = JSON.parse(stdout);
  expect(Object.keys(explained)).toEqual(['identity', 'inventory', 'findings']);
  expect(explained.findings).toEqual([
    {
      cause: 'md-parity-raid',
      hop: 'issued',
      effect: 'lost',
      mount: '/',
      disks: ['sda', 'sdb', 'sdc'],
      sentence: 'md127 (raid5), the parity RAID below /, passes no discards on.',
      evidence: expect.arrayContaining([{ fact: 'md/level of md127', value: 'raid5' }]),
      fix: expect.objectContaining({ on: 'guest', needsPowerCycle: false }),
      page: 'docs/causes.md#md-parity-raid',
    },
  ]);
});
