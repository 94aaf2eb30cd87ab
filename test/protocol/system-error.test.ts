import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
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

  it('of a listener is told whatever its address has in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimtab-error-'));
    const path = join(folder, 'a(b');
    const first = createServer().listen(path);
    await new Promise((resolve) => first.once('listening', resolve));
    const error = await failed((resolve) => createServer().once('error', resolve).listen(path));
    first.close();
    rmSync(folder, { recursive: true });
    expect(formatFault(error)).toBe(`cannot listen ${path}: address already in use`);
  });

  it('is told without its call also where its path has a line break', () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimtab-error\n'));
    writeFileSync(join(folder, 'a'), '');
    const error = caught(() => rmdirSync(folder));
    rmSync(folder, { recursive: true });
    expect(toCause(error)).toBe('directory not empty');
  });

  it('for which nobody has words is told by its code', () => {
    const error = Object.assign(new Error('connect EPROTO 192.0.2.1:1'), { code: 'EPROTO', syscall: 'connect' });
    expect(toCause(error)).toBe('EPROTO');
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
    expect(readSystemError(null)).toBeNull();
    expect(readSystemError({ code: 'ENOENT', syscall: 'open' })).toBeNull();
    // Errors of Node's own have a code and no call; of a number that libuv has no name for, the code is a sentence.
    expect(readSystemError(caught(() => new URL('nowhere')))).toBeNull();
    const code = 'Unknown system error -512';
    expect(readSystemError(Object.assign(new Error(`${code}: ${code}, read`), { code, syscall: 'read' }))).toBeNull();
    expect(toCause('no error at all')).toBe('no error at all');
    expect(toCause(new SyntaxError('it is not JSON'))).toBe('it is not JSON');
  });
});
