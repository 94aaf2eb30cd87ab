import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FIELD_CASES } from './field-cases.ts';

const ROOT = new URL('../../', import.meta.url);

describe('what broke in the field', () => {
  it('is listed once each', () => {
    const names = FIELD_CASES.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it.for(FIELD_CASES)('is held by tests that are there: $name', ({ tests, right, seenToFail }) => {
    expect(right.length * seenToFail.length).toBeGreaterThan(0);
    for (const { file, title } of tests) {
      // As it stands in the source: quotes in a title are escaped there.
      const source = readFileSync(new URL(file, ROOT), 'utf8').replaceAll('\\', '');
      expect(source, `${file} has no test named so`).toContain(title);
    }
  });
});
