import { groupDigits } from '@trimtab/protocol/shared';
import { expect, it } from 'vitest';

it.each([
  ['27004928', '27,004,928'],
  ['-81264640', '-81,264,640'],
  ['9007199254740993', '9,007,199,254,740,993'],
  ['4096', '4096'],
  ['65536', '65,536'],
  ['ignore', 'ignore'],
  ['12345 of 67890', '12345 of 67890'],
  ['', ''],
])('%j reads %j', (value, expected) => {
  expect(groupDigits(value)).toBe(expected);
});
