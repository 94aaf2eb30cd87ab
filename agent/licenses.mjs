import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The innermost package that a file lies in. */
const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

const LICENSE_FILE = /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i;

/**
 * Writes the licences of all packages that went into these builds, as their authors wrote them: most allow to pass a
 * copy on only with them. They lie beside the bundle and not in it, where they would be memory of every agent.
 */
export async function writeLicenses({ metafiles, workingFolder, file, name }) {
  const folders = new Set(
    metafiles
      .flatMap(({ inputs }) => Object.keys(inputs))
      .flatMap((input) => PACKAGE.exec(input)?.[1] ?? [])
      .map((folder) => resolve(workingFolder, folder)),
  );
  const sections = await Promise.all([...folders].sort().map(describePackage));
  const head = `${name} contains code of these packages.\n`;
  await writeFile(file, [head, ...sections].join(`\n${'-'.repeat(80)}\n\n`));
}

async function describePackage(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const names = (await readdir(folder)).filter((entry) => LICENSE_FILE.test(entry)).sort();
  const texts = await Promise.all(names.map((entry) => readFile(join(folder, entry), 'utf8')));
  if (names.length === 0) texts.push(...(await findInReadme(folder)));
  if (texts.length === 0)
    throw new Error(`${name} ${version} has no file with its licence: the bundle cannot pass it on`);
  return [`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join('\n\n').concat('\n');
}

/** Some have it at the end of their README.md alone: from the copyright on. */
async function findInReadme(folder) {
  const readme = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
  const found = /^Copyright \(c\) .*Permission is hereby granted.*/ms.exec(readme);
  return found === null ? [] : [found[0]];
}
