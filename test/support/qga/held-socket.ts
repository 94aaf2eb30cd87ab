import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * A socket as QEMU has it while somebody else is connected: it listens, has taken one connection, and takes no other
 * (chardev/char-socket.c). Node takes every one.
 */
const PROGRAM = `use strict; use Socket;
socket(my $own, AF_UNIX, SOCK_STREAM, 0); bind($own, sockaddr_un($ARGV[0])) or die $!; listen($own, 1);
socket(my $other, AF_UNIX, SOCK_STREAM, 0); connect($other, sockaddr_un($ARGV[0])) or die $!;
accept(my $taken, $own); $| = 1; print "held\\n"; <STDIN>;`;

export async function holdSocket(path: string): Promise<{ release(): Promise<void> }> {
  const child = spawn('perl', ['-e', PROGRAM, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return {
    async release() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
