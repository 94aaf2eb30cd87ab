import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CLOSE_CODES,
  FEATURES,
  fromGuestSchema,
  fromHostSchema,
  inventorySchema,
  trimReportSchema,
  VERSION,
} from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { keyOfSecret } from '../../collector/src/io/secrets.ts';

const text = readFileSync(join(import.meta.dirname, '../../protocol/PROTOCOL.md'), 'utf8');

/** What stands under a heading, up to the next of any level. */
function section(heading: string): string {
  const [, after] = text.split(new RegExp(`\n#+ ${heading}\n`));
  if (after === undefined) throw new Error(`PROTOCOL.md has no heading "${heading}"`);
  return after.split(/\n#+ /)[0] ?? '';
}

/** The first cell of each row whose first cell is in backquotes. */
const firstCells = (page: string) => [...page.matchAll(/^\| `([^`]+)`/gm)].map(([, cell]) => cell);

describe('PROTOCOL.md lists just', () => {
  it.each([
    ['From the guest', fromGuestSchema],
    ['From the host', fromHostSchema],
  ] as const)('the messages there are: %s', (heading, schema) => {
    const types = schema.options.map(({ entries }) => entries.type.literal);
    expect(firstCells(section(heading)).toSorted()).toEqual([...types].toSorted());
  });

  it.each(
    [...fromGuestSchema.options, ...fromHostSchema.options].map(({ entries }) => [entries.type.literal, entries]),
  )('the fields there are: %s', (type, entries) => {
    const rows = [section('From the guest'), section('From the host')].join('\n').split('\n');
    const row = rows.filter((line) => line.startsWith(`| \`${type}\` |`)).join('\n');
    for (const field of Object.keys(entries).filter((key) => key !== 'type')) expect(row).toMatch(`\`${field}`);
  });

  it.each([
    ['The inventory', inventorySchema],
    ['A filesystem', inventorySchema.entries.filesystems.pipe[0].item],
    ['A layer', inventorySchema.entries.layers.pipe[0].item],
    ['A disk', inventorySchema.entries.disks.pipe[0].item],
    ['The report', trimReportSchema],
    ["A filesystem's result", trimReportSchema.entries.filesystems.pipe[0].item],
  ] as const)('the fields there are: %s', (heading, schema) => {
    expect(firstCells(section(heading)).toSorted()).toEqual(Object.keys(schema.entries).toSorted());
  });

  it('the close codes there are', () => {
    const rows = [...section('Close codes').matchAll(/^\| (\d{4}) \| (\w+) \|/gm)];
    expect(Object.fromEntries(rows.map(([, code, name]) => [name, Number(code)]))).toEqual(CLOSE_CODES);
  });

  it('the features there are, with the version that brought each', () => {
    const rows = [...section('Versions').matchAll(/^\| `(\w+)` \| (\d+) \|/gm)];
    expect(Object.fromEntries(rows.map(([, feature, version]) => [feature, Number(version)]))).toEqual(FEATURES);
  });

  it('the versions there are, and it is the page of the newest', () => {
    const versions = [...section('Versions').matchAll(/^\| (\d+) \|/gm)].map(([, version]) => Number(version));
    expect(versions).toEqual(Array.from({ length: VERSION }, (_, index) => index + 1));
    expect(text).toContain(`\nVersion ${VERSION}. `);
  });
});

it('PROTOCOL.md has the key that a token of zeros makes, and it is raw [P5]', () => {
  const key = keyOfSecret(new Uint8Array(16));
  expect(Buffer.from(key, 'base64url')).toHaveLength(32);
  expect(text).toContain(`\`${key}\``);
});
