import { execFileSync } from 'node:child_process';
import { breakCommand } from '@trimtab/protocol/causes';
import { expect, it } from 'vitest';

const broken = (command: string, width: number) => breakCommand({ command, width, first: '    ', rest: '      ' });

it('a command that fits stays on its line', () => {
  expect(broken('virsh start web-1', 40)).toEqual(['    virsh start web-1']);
});

it('a longer one is broken between its words, and what stands in quotes stays whole', () => {
  expect(broken("virt-xml web-1 --edit 'path=/var/lib/my images/web-1.qcow2' --disk driver.discard=unmap", 50)).toEqual(
    [
      '    virt-xml web-1 \\',
      "      --edit 'path=/var/lib/my images/web-1.qcow2' \\",
      '      --disk driver.discard=unmap',
    ],
  );
});

it.each([
  `printf '%s|' "a b" c\\ d $'e\\'f  g' "$(printf 'h  i')" plain --long=option 'it'\\''s'`,
  "printf '%s|' one && printf '%s|' two | sed 's/ t/ T/; s/w/W/' && printf '%s|' three four five six seven",
  `printf '%s|' "an \\" odd  one" $(printf '%s ' a b c) /a/path/that/is/longer/than/the/line/is/wide`,
])('a shell reads what was broken as the command that it was: %s', (command) => {
  const run = (script: string) => execFileSync('bash', ['-c', script], { encoding: 'utf8' });
  for (const width of [10, 25, 40]) expect(run(broken(command, width).join('\n'))).toBe(run(command));
});

it('a command whose quotes do not pair is left as it is, and one with a comment', () => {
  expect(broken('virsh edit web-1 # in <driver> of the disk vdb: discard=unmap', 20)).toHaveLength(1);
  expect(broken("echo it's a long line without its other quote", 20)).toHaveLength(1);
});
