import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MOST_SECRET_BYTES, readSecret, readSecretFile } from '../../../collector/src/io/read-secret.ts';

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

it('says of a file who else may read it, and who else may have written it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-secret-'));
  try {
    const path = join(folder, 'secret');
    await writeFile(path, 'tk_1');
    const withMode = async (mode: number) => {
      await chmod(path, mode);
      return readSecretFile(path);
    };
    const own = { text: 'tk_1', foreign: null, isReadByAll: false };
    expect(await withMode(0o600)).toEqual(own);
    expect(await withMode(0o640)).toEqual(own);
    expect(await withMode(0o644)).toEqual({ ...own, isReadByAll: true });
    expect(await withMode(0o620)).toEqual({ ...own, foreign: 'others may write it' });
    await withMode(0o600);
    await chown(path, 12_345, 0);
    expect(readSecretFile(path)).toEqual({ ...own, foreign: 'it belongs to another user (12345)' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
