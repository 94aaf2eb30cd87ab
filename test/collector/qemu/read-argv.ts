import { readFileSync } from 'node:fs';

/** A command line from test/fixtures/qemu, one argument a line. */
export function readArgv(name: string): readonly string[] {
  const text = readFileSync(new URL(`../../fixtures/qemu/${name}.txt`, import.meta.url), 'utf8');
  return text.replace(/\n$/, '').split('\n');
}
