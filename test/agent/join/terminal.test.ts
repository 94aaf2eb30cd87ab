import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startProvingCollector } from '../../support/programs/proving-collector.ts';
import { startAgent } from '../support/agent-program.ts';
import { openJoinRoom } from './in-join-room.ts';

/** A terminal of its own (script(1)) for what follows; what the program says there is the stdout of that. */
const AT_TERMINAL = ['sh', '-c', 'exec script -qfec "$*" /dev/null', 'sh'];
/** What is left of the terminal's settings when the program has ended. */
const AND_THEN = ['sh', '-c', 'exec script -qfec "$*; code=\\$?; stty -a; exit \\$code" /dev/null', 'sh'];

function join({ stateDirectory, args = [], within = AT_TERMINAL }: JoinCall) {
  const { process, ended } = startAgent({ args: ['join', ...args, '--state-directory', stateDirectory], within });
  let screen = '';
  process.stdout?.on('data', (text: string) => {
    screen += text;
  });
  return {
    type: (text: string) => process.stdin?.write(text),
    asked: () => expect.poll(() => screen, { timeout: 20_000 }).toContain('it is not shown'),
    ended,
  };
}

interface JoinCall {
  readonly stateDirectory: string;
  readonly args?: readonly string[];
  readonly within?: readonly string[];
}

describe('join at a terminal', () => {
  it.each([[[]], [['-']]])('asks for the token, shows nothing of it, and joins: %j', async (args) => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector();
    const token = host.token();
    const asking = join({ stateDirectory: room.stateDirectory, args });
    await asking.asked();
    asking.type(`x\x7f${token}\r`);
    const { code, stdout } = await asking.ended;
    expect([code, stdout]).toEqual([0, expect.stringContaining(`joined the host at ${host.address} as web-1`)]);
    expect(stdout).not.toContain(token.slice(0, 10));
  });

  it.each([
    ['Ctrl-C', '\x03', 130],
    ['nothing', '\r', 2],
    ['an end of input', '\x04', 2],
  ])('changes nothing when it gets %s, and leaves the terminal as it was', async (_what, typed, exit) => {
    await using room = await openJoinRoom();
    const asking = join({ stateDirectory: room.stateDirectory, within: AND_THEN });
    await asking.asked();
    asking.type(`tt1.half${typed}`.slice(exit === 2 ? -1 : 0));
    const { code, stdout } = await asking.ended;
    expect(code).toBe(exit);
    expect(stdout).not.toContain('half');
    expect(stdout).toMatch(/^isig icanon .*\becho /m);
    await expect(promisify(execFile)('ls', [room.stateDirectory])).rejects.toThrow('No such file');
  });
});
