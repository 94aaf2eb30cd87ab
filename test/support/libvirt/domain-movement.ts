import { readdirSync, readFileSync } from 'node:fs';
import { consoleLength } from '../guest/kernel-trouble.ts';
import { type Movement, processorTime } from '../waiting/movement.ts';

/**
 * What moves while a running domain does anything. Its QEMU is found by its name, as libvirt gives it on the command
 * line.
 */
export function domainMovement({ name, consoleLog }: { name: string; consoleLog: string }): Movement {
  const pid = readdirSync('/proc').find(
    (entry) => /^\d+$/.test(entry) && argvOf(entry).includes(`guest=${name},debug-threads=on`),
  );
  if (pid === undefined) throw new Error(`libvirt says that domain ${name} runs, and no QEMU has its name`);
  return [consoleLength({ guest: name, path: consoleLog }), processorTime(`guest ${name}`, Number(pid))];
}

function argvOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
