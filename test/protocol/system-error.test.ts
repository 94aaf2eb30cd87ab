import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatFault, readSystemError, toCause } from '@trimtab/protocol/shared';
import { describe, expect, it } from 'vitest';

// Errors of the kernel as Node makes them, and as people are told of them.

const caught = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

const failed = (start: (resolve: (error: unknown) => void) => unknown): Promise<unknown> => new Promise(start);

describe('an error of the kernel', () => {
  it.each<[string, () => unknown, { operation: string; subject: string | null; cause: string }]>([
    [
      'a file that is not there',
      () => caught(() => readFileSync('/nowhere/a')),
      { operation: 'open', subject: '/nowhere/a', cause: 'no such file or directory' },
    ],
    [
      'a path with words in it that look like the end of a message',
      () => caught(() => readFileSync("/nowhere, open 'x'/a")),
      { operation: 'open', subject: "/nowhere, open 'x'/a", cause: 'no such file or directory' },
    ],
    [
      'a file that cannot be renamed',
      () => caught(() => renameSync('/nowhere/a', '/nowhere/b')),
      { operation: 'rename', subject: '/nowhere/a', cause: 'no such file or directory' },
    ],
    [
      'a disk that is full',
      () => caught(() => writeFileSync('/dev/full', 'x')),
      { operation: 'write', subject: null, cause: 'no space left on device' },
    ],
    [
      'a descriptor that is none',
      () => caught(() => writeSync(9_999, 'x')),
      { operation: 'write', subject: null, cause: 'bad file descriptor' },
    ],
    [
      'an address where nobody listens',
      () => failed((resolve) => connect(1, '127.0.0.1').once('error', resolve)),
      { operation: 'connect', subject: '127.0.0.1:1', cause: 'connection refused' },
    ],
    [
      'a socket that is not there',
      () => failed((resolve) => connect('/nowhere.sock').once('error', resolve)),
      { operation: 'connect', subject: '/nowhere.sock', cause: 'no such file or directory' },
    ],
    [
      'a program that is not there',
      () => failed((resolve) => spawn('/nowhere/fstrim').once('error', resolve)),
      { operation: 'spawn', subject: '/nowhere/fstrim', cause: 'no such file or directory' },
    ],
  ])('%s, is told without Node’s own words', async (_what, make, told) => {
    const error = await make();
    expect(readSystemError(error)).toEqual(told);
    expect(toCause(error)).toBe(told.cause);
    expect(formatFault(error)).toBe(
      `cannot ${told.operation}${told.subject === null ? '' : ` ${told.subject}`}: ${told.cause}`,
    );
    expect(formatFault(error)).not.toMatch(/\bE[A-Z]{3,}\b/);
  });

  it('of a listener is told with its address once', async () => {
    const first = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => first.once('listening', resolve));
    const { port } = first.address() as { port: number };
    const error = await failed((resolve) => createServer().once('error', resolve).listen(port, '127.0.0.1'));
    first.close();
    expect(formatFault(error)).toBe(`cannot listen 127.0.0.1:${port}: address already in use`);
  });

  it('of a name with several addresses is that of the last', async () => {
    const errors = [caught(() => readFileSync('/nowhere')), caught(() => writeFileSync('/dev/full', 'x'))];
    expect(toCause(new AggregateError(errors))).toBe('no space left on device');
  });

  it('is no error of anything else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimtab-error-'));
    rmSync(folder, { recursive: true });
    expect(readSystemError(new Error('EIO: it only says so'))).toBeNull();
    expect(readSystemError('ENOENT')).toBeNull();
    expect(toCause(new SyntaxError('it is not JSON'))).toBe('it is not JSON');
  });
});
