import * as v from 'valibot';
import { expect, it } from 'vitest';
import { toTrimResult } from '../../../agent/src/cli/trim-result.ts';
import { trimSchema } from '../../../collector/src/api/answers/trim.ts';
import type { TrimResult } from '../../../collector/src/model/trim-result.ts';
import { REPORT } from '../../protocol/example-messages.ts';

// The agent cannot import the collector's type. This holds the two together, for the compiler and when it runs.
const result: TrimResult = toTrimResult({ guest: 'fedora19', report: REPORT });

it('a local trim has every field of a trim result, and its counters of all layers besides', () => {
  expect(v.parse(trimSchema, result)).toEqual(result);
  expect(Object.keys(result).toSorted()).toEqual([...Object.keys(trimSchema.entries), 'layers'].toSorted());
});
