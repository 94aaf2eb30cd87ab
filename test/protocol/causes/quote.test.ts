import { execFileSync } from 'node:child_process';
import { quote } from '@trimtab/protocol/causes';
import { describe, expect, it } from 'vitest';

const WORDS = [
  'web-1',
  '',
  'before the upgrade',
  "it's",
  "x'; rm -rf ~; '",
  'a\nvirsh destroy db1 #',
  "tab\there, it's \\ and \u2028",
  '\u001b[2J\u202egnp',
  'ümlaut \u00a0 and 🐟',
];

describe.each(WORDS)('%j', (word) => {
  it('is one line, in which nothing is hidden', () => {
    expect(quote(word)).not.toMatch(/(?! )[\p{C}\p{Z}]/u);
  });

  it('is one word again for a shell', () => {
    const printed = execFileSync('bash', ['-c', `printf '%s' ${quote(word)}`], {
      encoding: 'utf8',
      env: { LANG: 'C.UTF-8' },
    });
    expect(printed).toBe(word);
  });
});
