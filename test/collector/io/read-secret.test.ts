import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MOST_SECRET_BYTES, readSecret } from '../../../collector/src/io/read-secret.ts';

it('reads a regular file of the size of a secret, and waits for nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-secret-'));
  try {
    const path = (name: string) => join(folder, name);
    await writeFile(path('good'), 'tk_1\n');
    await writeFile(path('large'), 'x'.repeat(MOST_SECRET_BYTES + 1));
    execFileSync('mkfifo', [path('pipe')]);
    expect(readSecret(path('good'))).toBe('tk_1\n');
    expect(() => readSecret(path('large'))).toThrow('it has more than 16384 bytes');
    expect(() => readSecret(path('pipe'))).toThrow('it is no regular file');
    expect(() => readSecret(path('gone'))).toThrow('ENOENT');
  } finally {
    await rm(folder, { recursive: true });
  }
});
