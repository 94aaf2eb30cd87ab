import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * As virsh 9.0 behaves without a command and without a terminal: it repeats each line after its prompt, goes on after
 * an error, and ends with its stdin. Answers come from files, as fast as they can be read.
 */
const PROGRAM = `#!/usr/bin/perl
use strict;
my ($folder) = $0 =~ m{^(.*)/};
sub slurp { open(my $file, '<', $_[0]) or return undef; local $/; return scalar <$file> }
open(my $calls, '>>', "$folder/calls"); print $calls join(' ', @ARGV), "\\n"; close($calls);
if (defined(my $refusal = slurp("$folder/refusal"))) { print STDERR $refusal; exit 1 }
if (defined(my $answers = slurp("$folder/monitor"))) { print $answers; exit 0 }
$| = 1;
while (my $line = <STDIN>) {
  print "virsh > $line";
  sleep 60 if -e "$folder/hang";
  if ($line =~ /^list --transient /) { print slurp("$folder/transient") // '', "\\n" }
  elsif ($line =~ /^list /) { opendir(my $dir, "$folder/domains"); print map { "$_\\n" } sort grep { !/^\\./ } readdir($dir); print "\\n" }
  elsif ($line =~ /^dumpxml (?:(--inactive) )?(\\S+)/) {
    my $xml = slurp($1 ? "$folder/inactive-$2" : "$folder/domains/$2");
    if (defined($xml) && $xml ne '') { print "$xml\\n" } else { print STDERR "error: failed to get domain '$2'\\n" }
  }
  elsif ($line =~ /^vol-path --pool '(.*)' '(.*)'/) {
    if ($1 eq 'guests') { print "/var/lib/libvirt/$1/$2\\n\\n" }
    elsif ($1 eq 'asleep') { print STDERR "error: Requested operation is not valid: storage pool 'asleep' is not active\\n" }
    else { print STDERR "error: failed to get pool '$1'\\n" }
  }
  elsif ($line =~ /^echo (\\S+)/) { my $said = $1; $said =~ s/''//g; print $said }
}
`;

export interface FakeVirsh {
  readonly folder: string;
  /** In PATH's form. */
  readonly searchPath: string;
  /** The domain that \`list\` shows and \`dumpxml\` prints; empty for one that is gone when it is asked for. */
  define(domain: { readonly uuid: string; readonly xml: string }): void;
  /** What `dumpxml --inactive` prints of it. */
  persist(domain: { readonly uuid: string; readonly xml: string }): void;
  /** It has no persistent configuration. */
  makeTransient(uuid: string): void;
  /** From now on it cannot connect, and says this; null: it can again. */
  refuse(words: string | null): void;
  /** From now on it says nothing. */
  hang(): void;
  /** What it prints when it is called with a command. */
  answerMonitor(text: string): void;
  /** The arguments of each call so far. */
  calls(): readonly string[];
  remove(): void;
}

export function createFakeVirsh(): FakeVirsh {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-virsh-'));
  mkdirSync(join(folder, 'domains'));
  writeFileSync(join(folder, 'virsh'), PROGRAM);
  chmodSync(join(folder, 'virsh'), 0o755);
  return {
    folder,
    searchPath: folder,
    define: ({ uuid, xml }) => writeFileSync(join(folder, 'domains', uuid), xml),
    persist: ({ uuid, xml }) => writeFileSync(join(folder, `inactive-${uuid}`), xml),
    makeTransient: (uuid) => writeFileSync(join(folder, 'transient'), `${uuid}\n`),
    refuse: (words) =>
      words === null ? rmSync(join(folder, 'refusal')) : writeFileSync(join(folder, 'refusal'), words),
    hang: () => writeFileSync(join(folder, 'hang'), ''),
    answerMonitor: (text) => writeFileSync(join(folder, 'monitor'), text),
    calls: () =>
      existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n') : [],
    remove: () => rmSync(folder, { recursive: true }),
  };
}
