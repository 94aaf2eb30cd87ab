import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A qemu-ga behind a socket that takes one client at a time, as QEMU's does (chardev/char-socket.c): whoever comes
 * meanwhile waits. Each answer is a file of its folder, named for the command; what it does before it answers is a
 * program there.
 */
const PROGRAM = `use strict; use Socket;
my ($path, $folder) = @ARGV;
socket(my $own, AF_UNIX, SOCK_STREAM, 0); bind($own, sockaddr_un($path)) or die $!; listen($own, 8);
$SIG{PIPE} = 'IGNORE'; $| = 1; print "listens\\n";
while (accept(my $client, $own)) {
  select((select($client), $| = 1)[0]);
  while (my $line = <$client>) {
    my ($id) = $line =~ /"id":(\\d+)/;
    if ($line =~ /guest-sync-delimited/) { print $client "\\xff{\\"return\\": $id}\\n"; next }
    if (defined $id) { print $client "{\\"return\\": $id}\\n"; next }
    my ($command) = $line =~ /"execute":"([a-z-]+)"/ or next;
    open(my $heard, '>>', "$folder/heard"); print $heard "$command\\n"; close($heard);
    system('sh', "$folder/$command.sh") if -e "$folder/$command.sh";
    if (-e "$folder/$command.hold") { open(my $held, '>', "$folder/$command.held"); close($held) }
    select(undef, undef, undef, 0.02) while -e "$folder/$command.hold";
    open(my $answer, '<', "$folder/$command.json") or next;
    print $client scalar(<$answer>), "\\n";
  }
}`;

export interface OneClientAgent {
  /** What it answers to a command from now on, and what it does before that: a script of sh. */
  answer(command: string, answer: { readonly says: object; readonly does?: string }): void;
  /** From now on it does not answer this command, until `release`. */
  hold(command: string): void;
  isHeld(command: string): boolean;
  release(command: string): void;
  close(): Promise<void>;
}

/** `folder` is its own. */
export async function startOneClientAgent(given: { path: string; folder: string }): Promise<OneClientAgent> {
  const { path, folder } = given;
  rmSync(path, { force: true });
  const child = spawn('perl', ['-e', PROGRAM, path, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  const fileOf = (command: string, end: 'json' | 'sh' | 'hold' | 'held') => join(folder, `${command}.${end}`);
  return {
    answer(command, { says, does }) {
      writeFileSync(fileOf(command, 'json'), JSON.stringify(says));
      if (does === undefined) rmSync(fileOf(command, 'sh'), { force: true });
      else writeFileSync(fileOf(command, 'sh'), does);
    },
    hold: (command) => writeFileSync(fileOf(command, 'hold'), ''),
    isHeld: (command) => existsSync(fileOf(command, 'held')),
    release(command) {
      rmSync(fileOf(command, 'held'), { force: true });
      rmSync(fileOf(command, 'hold'));
    },
    async close() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
