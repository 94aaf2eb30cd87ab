import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { interpretFstrim } from '../../../agent/src/trim/fstrim.ts';

interface Captured {
  readonly program: string;
  readonly what: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const captured: Captured[] = JSON.parse(
  readFileSync(new URL('../../fixtures/fstrim/outputs.json', import.meta.url), 'utf8'),
);

const EXPECTED: Readonly<Record<string, unknown>> = {
  'util-linux 2.38.1: ext4 on a loop device': { status: 'done', trimmedBytes: 241_067_008 },
  'util-linux 2.38.1: ext4, trimmed a moment before': { status: 'done', trimmedBytes: 0 },
  'util-linux 2.38.1: proc': { status: 'unsupported' },
  'util-linux 2.38.1: tmpfs': { status: 'unsupported' },
  'util-linux 2.38.1: ext4, not root': { status: 'failed', hint: 'Run the agent as root.' },
  'util-linux 2.38.1: a folder of mode 0700, not root': { status: 'failed', hint: 'Run the agent as root.' },
  'util-linux 2.38.1: no such path': { status: 'failed', hint: null },
  'util-linux 2.38.1: an offset beyond the filesystem': {
    status: 'failed',
    message: 'fstrim: /mnt: FITRIM ioctl failed: Invalid argument',
  },
  'BusyBox 1.35.0: ext4 on a loop device': { status: 'done', trimmedBytes: 4_143_493_120 },
  'BusyBox 1.35.0: ext4, trimmed a moment before': { status: 'done', trimmedBytes: 0 },
  'BusyBox 1.35.0: proc': { status: 'unsupported' },
  'BusyBox 1.35.0: ext4, not root': { status: 'failed', hint: 'Run the agent as root.' },
  'BusyBox 1.35.0: no such path': { status: 'failed', hint: null },
};

describe('what fstrim said', () => {
  it.each(captured.map((each) => [`${each.program}: ${each.what}`, each] as const))('%s', (name, each) => {
    expect(EXPECTED[name]).toBeDefined();
    expect(interpretFstrim({ result: { kind: 'ended', ...each }, cancelled: null })).toMatchObject(
      EXPECTED[name] as object,
    );
  });

  it.each(['Operation not supported', 'Function not implemented', 'Bad file descriptor'])('%s', (error) => {
    const stderr = `fstrim: /mnt: FITRIM ioctl failed: ${error}\n`;
    const result = { kind: 'ended', exitCode: 1, stdout: '', stderr } as const;
    expect(interpretFstrim({ result, cancelled: null }).status).toBe('unsupported');
  });

  it('of a mount that the unit of the agent protects, it says what to add to that unit', () => {
    const stderr = 'fstrim: /mnt: FITRIM ioctl failed: Read-only file system\n';
    const result = { kind: 'ended', exitCode: 1, stdout: '', stderr } as const;
    expect(interpretFstrim({ result, cancelled: null })).toMatchObject({
      status: 'failed',
      hint: expect.stringContaining('ReadWritePaths='),
    });
  });

  it('takes a number without a mount, and one that looks like it in the mount only for a name', () => {
    const said = (stdout: string) =>
      interpretFstrim({ result: { kind: 'ended', exitCode: 0, stdout, stderr: '' }, cancelled: null });
    expect(said('4096 bytes trimmed\n')).toEqual({ status: 'done', trimmedBytes: 4096 });
    expect(said('/mnt (7 bytes) trimmed: 1 KiB (1024 bytes) trimmed\n')).toEqual({
      status: 'done',
      trimmedBytes: 1024,
    });
  });

  it('does not take success without a number for a trim', () => {
    const result = { kind: 'ended', exitCode: 0, stdout: 'ok\n', stderr: '' } as const;
    expect(interpretFstrim({ result, cancelled: null })).toEqual({
      status: 'failed',
      message: 'fstrim’s answer is not understood: "ok"',
      hint: null,
    });
  });

  it('says what to install where there is no fstrim', () => {
    expect(interpretFstrim({ result: { kind: 'missing' }, cancelled: null })).toMatchObject({
      status: 'failed',
      hint: expect.stringContaining('util-linux'),
    });
  });

  it('tells our own signal from another', () => {
    const result = { kind: 'ended', exitCode: null, stdout: '', stderr: '' } as const;
    expect(interpretFstrim({ result, cancelled: 'the agent was stopped' })).toEqual({
      status: 'cancelled',
      message: 'the agent was stopped',
    });
    expect(interpretFstrim({ result, cancelled: null })).toMatchObject({ status: 'failed' });
  });

  it('believes a trim that ended before the signal came', () => {
    const result = { kind: 'ended', exitCode: 0, stdout: '/mnt: 5 bytes trimmed\n', stderr: '' } as const;
    expect(interpretFstrim({ result, cancelled: 'too late' })).toEqual({ status: 'done', trimmedBytes: 5 });
  });
});
