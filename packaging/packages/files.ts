import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Format, Scripts } from '../model/package.ts';
import { type FileEntry, textFile } from '../model/tree.ts';

const FILES = join(import.meta.dirname, '../files');

/** A file of packaging/files, with what stands there as `@name@` replaced. */
export function readPart(name: string, values: Readonly<Record<string, string>> = {}): string {
  const text = readFileSync(join(FILES, name), 'utf8');
  return text.replace(/@([a-z]+)@/g, (whole, key: string) => values[key] ?? whole);
}

/** A script that the launcher starts, without the line by which it is a program on its own. */
export function scriptOf({ path, from }: { readonly path: string; readonly from: string }): FileEntry {
  return textFile(path, readFileSync(from, 'utf8').replace(/^#!.*\n/, ''));
}

const OF_DEB = ['postinst', 'prerm', 'postrm'];
const OF_RPM = ['pre', 'post', 'preun', 'postun'];

/** What a package runs when it comes and goes, by the format. */
export function readScripts(program: 'agent' | 'collector'): Readonly<Record<Format, Scripts>> {
  const read = (folder: string, names: readonly string[]): Scripts =>
    Object.fromEntries(
      names
        .filter((name) => existsSync(join(FILES, program, folder, name)))
        .map((name) => [name, readPart(`${program}/${folder}/${name}`)]),
    );
  return { deb: read('deb', OF_DEB), rpm: read('rpm', OF_RPM), tar: {} };
}
