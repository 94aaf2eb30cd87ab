import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * virsh and qm of a host whose guests have a qemu-ga. As virsh 9.0 behaves, it repeats each line after its prompt when
 * it has no command, and goes on after an error. Every answer is a file, named for the question.
 */
const PROGRAM = `#!/usr/bin/perl
use strict;
my ($folder, $own) = $0 =~ m{^(.*)/([^/]+)$};
sub slurp { open(my $file, '<', "$folder/$_[0]") or return undef; local $/; return scalar <$file> }
sub answer {
  my $question = join(' ', @_);
  open(my $calls, '>>', "$folder/calls"); print $calls "$own $question\\n"; close($calls);
  (my $name = $question) =~ s/[^A-Za-z0-9-]+/_/g;
  if (-e "$folder/$name.hold") { open(my $held, '>', "$folder/$name.held"); close($held) }
  select(undef, undef, undef, 0.02) while -e "$folder/$name.hold";
  my ($out, $err) = (slurp("$name.out"), slurp("$name.err"));
  print $out if defined $out;
  print STDERR $err if defined $err;
  if (!defined $out && !defined $err) { print STDERR $own eq 'qm' ? "no such guest does not exist\\n" : "error: failed to get domain\\n"; return 1 }
  return defined $err ? 1 : 0;
}
$| = 1;
my @words = grep { !/^--(?:quiet|connect|block)$/ && !/^(?:qemu|test):/ } @ARGV;
if (defined(my $refusal = $own eq 'virsh' ? slurp('refusal') : undef)) { print STDERR $refusal; exit 1 }
if ("@words" eq 'uri') { select(undef, undef, undef, 0.02) while -e "$folder/uri.hold"; print "qemu:///system\\n"; exit 0 }
exit answer(@words) if @words;
open(my $starts, '>>', "$folder/starts"); print $starts join(' ', $own, @ARGV), "\\n"; close($starts);
while (my $line = <STDIN>) {
  print "virsh # $line";
  chomp $line;
  if ($line =~ /^echo (\\S+)/) { my $said = $1; $said =~ s/''//g; print $said }
  elsif ($line eq 'uri') { print "qemu:///system\\n\\n" }
  else { exit 1 if -e "$folder/crash"; answer($line) }
}
`;

export interface FakePrograms {
  /** In PATH's form. */
  readonly searchPath: string;
  /** What a question prints, by its words after the program: \`domfstrim UUID\`. With \`err\`, it fails. */
  answer(question: string, printed: { readonly out?: string; readonly err?: string }): void;
  /** From now on this question is not answered, until \`release\`. */
  hold(question: string): void;
  /** Has it been asked, and waits for its answer? */
  isHeld(question: string): boolean;
  release(question: string): void;
  /** From now on virsh cannot connect, and says this. */
  refuse(words: string): void;
  /** From now on virsh ends at the next question. */
  crash(): void;
  /** The questions so far, with the program before each. */
  calls(): readonly string[];
  /** The command lines of those virsh that were asked over their stdin. */
  starts(): readonly string[];
  remove(): void;
}

export function createFakePrograms(): FakePrograms {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-qga-'));
  for (const name of ['virsh', 'qm']) {
    writeFileSync(join(folder, name), PROGRAM);
    chmodSync(join(folder, name), 0o755);
  }
  type End = 'out' | 'err' | 'hold' | 'held';
  const fileOf = (question: string, end: End) => join(folder, `${question.replaceAll(/[^A-Za-z0-9-]+/g, '_')}.${end}`);
  return {
    searchPath: folder,
    answer(question, { out, err }) {
      for (const end of ['out', 'err'] as const) rmSync(fileOf(question, end), { force: true });
      if (out !== undefined) writeFileSync(fileOf(question, 'out'), out);
      if (err !== undefined) writeFileSync(fileOf(question, 'err'), err);
    },
    hold: (question) => writeFileSync(fileOf(question, 'hold'), ''),
    isHeld: (question) => existsSync(fileOf(question, 'held')),
    release: (question) => rmSync(fileOf(question, 'hold')),
    refuse: (words) => writeFileSync(join(folder, 'refusal'), words),
    crash: () => writeFileSync(join(folder, 'crash'), ''),
    calls: () => linesOf(join(folder, 'calls')),
    starts: () => linesOf(join(folder, 'starts')),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
}
