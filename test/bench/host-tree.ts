import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const toPid = (index: number) => 10_000 + index;

/**
 * A host of so many guests as a tree of files: each is a process with one raw image, a QMP socket that nobody listens
 * on, and what a QEMU has open.
 */
export function writeHost(root: string, guests: number): void {
  const write = (path: string, content: string | Buffer) => writeFileSync(join(root, path), content);
  for (const folder of ['proc/self', 'images', 'etc']) mkdirSync(join(root, folder), { recursive: true });
  write('proc/self/mountinfo', readFileSync('/proc/self/mountinfo', 'utf8'));
  write('etc/passwd', 'root:x:0:0::/root:/bin/sh\n');
  for (let index = 0; index < guests; index += 1) {
    const folder = `proc/${toPid(index)}`;
    mkdirSync(join(root, folder, 'fd'), { recursive: true });
    mkdirSync(join(root, folder, 'fdinfo'));
    const image = `/images/${index}.raw`;
    write(image, 'x');
    write(`${folder}/cmdline`, `${toArgv(index, image).join('\0')}\0`);
    write(`${folder}/stat`, toStat(index));
    write(`${folder}/status`, 'Name:\tqemu\nUid:\t0\t0\t0\t0\n');
    symlinkSync('/usr/bin/qemu-system-x86_64', join(root, folder, 'exe'));
    symlinkSync('/', join(root, folder, 'cwd'));
    for (let number = 0; number < 6; number += 1)
      symlinkSync(`anon_inode:[${number}]`, join(root, folder, 'fd', String(number)));
    symlinkSync(join(root, image), join(root, folder, 'fd/6'));
    write(`${folder}/fdinfo/6`, `pos:\t0\nflags:\t02100002\nmnt_id:\t22\nino:\t${index + 1_000}\n`);
  }
}

export const toUuid = (index: number) => `11111111-2222-4333-8444-${index.toString(16).padStart(12, '0')}`;

function toArgv(index: number, image: string): readonly string[] {
  return [
    'qemu-system-x86_64',
    ...['-name', `guest=v${index},debug-threads=on`, '-uuid', toUuid(index), '-m', '512', '-machine', 'q35', '-S'],
    ...['-blockdev', `{"driver":"file","filename":"${image}","node-name":"file","discard":"unmap"}`],
    ...['-blockdev', '{"driver":"raw","node-name":"format","discard":"unmap","file":"file"}'],
    ...['-device', '{"driver":"virtio-blk-pci","drive":"format","id":"disk0","serial":"s","bus":"pcie.0"}'],
    ...['-qmp', `unix:/run/${index}.qmp,server=on,wait=off`],
  ];
}

/** proc_pid_stat(5): what counts is when it started, and where its stack and its words lie. */
function toStat(index: number): string {
  const fields = Array.from({ length: 49 }, (_, at) => String(at * 1000 + index));
  return `${toPid(index)} (qemu-system-x86) S ${fields.join(' ')}\n`;
}
