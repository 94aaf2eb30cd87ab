import { existsSync, readFileSync } from 'node:fs';
import { fileLength, type Gauge } from '../waiting/movement.ts';

/**
 * After an oops the kernel goes on without the thread that met it, and what waits for that thread waits for ever.
 * kernel: Documentation/admin-guide/bug-hunting.rst; the words are those of arch/x86/kernel/dumpstack.c, lib/bug.c and
 * kernel/panic.c.
 */
const BROKEN = /^.*(?:Kernel panic|kernel BUG at|Oops: |general protection fault).*$/m;
const NOT_BOOTED = /^.*initrd: (?:no disk|cannot load).*$/m;

/** Null unless the console says that the guest will never run commands. */
export function bootTrouble(console: string): string | null {
  return (BROKEN.exec(console) ?? NOT_BOOTED.exec(console))?.[0] ?? null;
}

/** A guest's console, which only grows, and has no bytes before it is there; throws what its kernel said when it broke. */
export function consoleLength({ guest, path }: { guest: string; path: string }): Gauge {
  const length = fileLength(path);
  return {
    ...length,
    read() {
      const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
      const at = BROKEN.exec(text);
      if (at === null) return length.read();
      // The lines before tell why, where it was a check that failed.
      const said = text
        .slice(0, at.index + at[0].length)
        .split('\n')
        .slice(-3)
        .join('\n');
      throw new Error(`the kernel of guest ${guest} broke:\n${said}`);
    },
  };
}
