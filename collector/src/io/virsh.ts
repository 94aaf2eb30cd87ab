import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { Fault } from '@trimtab/protocol/shared';
import type { AskVirsh, Virsh } from '../ports/virsh.ts';

/** libvirt's daemon answers within milliseconds, or when it is back; a start by socket activation takes seconds. */
const IDLE_MS = 20_000;
/** Of one answer; the rest of a longer one is read and forgotten. */
export const MOST_ANSWER_CHARACTERS = 4 * 1024 * 1024;
export const MOST_ERROR_CHARACTERS = 256 * 1024;

export function createVirsh({ searchPath = process.env.PATH ?? '/usr/bin:/bin', idleMs = IDLE_MS } = {}): Virsh {
  return {
    async converse(uri, talk) {
      const conversation = startConversation({ uri, searchPath, idleMs });
      try {
        const result = await Promise.race([talk(conversation.ask), conversation.failed]);
        return { result, errors: await conversation.finish() };
      } finally {
        conversation.kill();
      }
    },
  };
}

interface Waiting {
  readonly marker: string;
  readonly resolve: (answer: string | null) => void;
}

function startConversation({ uri, searchPath, idleMs }: { uri: string; searchPath: string; idleMs: number }) {
  // virsh writes a history of its interactive mode: to a place that cannot exist, so that nothing is left behind.
  const env = { ...process.env, PATH: searchPath, LC_ALL: 'C', TERM: 'dumb', XDG_CACHE_HOME: '/dev/null' };
  const child = spawn('virsh', ['--quiet', '--readonly', '--connect', uri], { env, stdio: 'pipe' });
  const nonce = randomBytes(12).toString('hex');
  const waiting: Waiting[] = [];
  let asked = 0;
  let errors = '';

  let fail: (fault: Fault) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {}); // Whoever waits is told of it; after the end nobody waits.
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.once('close', () => fail(toFailure({ uri, cause: lastError(errors) ?? 'virsh ended in the middle' })));
  child.once('error', (error: NodeJS.ErrnoException) => {
    fail(error.code === 'ENOENT' ? toMissing(uri) : toFailure({ uri, cause: error.message }));
  });
  child.stdin.on('error', () => {}); // Its end is told by `close`, with its own words.
  const watch = watchIdle(child, idleMs, () =>
    fail(toFailure({ uri, cause: `virsh has said nothing for ${idleMs} ms` })),
  );

  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-MOST_ERROR_CHARACTERS);
  });
  onAnswers(child, waiting, watch.touch);

  const ask: AskVirsh = (command) => {
    const answer = new Promise<string | null>((resolve) => {
      asked += 1;
      waiting.push({ marker: `trimtab-${nonce}-${asked}.`, resolve });
    });
    // Quoted in the middle: virsh repeats what it reads, and the mark is only in what it prints.
    child.stdin.write(`${command}\necho trimtab-''${nonce}-${asked}.\n`);
    return Promise.race([answer, failed]);
  };
  return {
    ask,
    failed,
    async finish() {
      child.stdin.end();
      await closed;
      return errorLines(errors);
    },
    kill() {
      watch.stop();
      child.kill('SIGKILL');
    },
  };
}

/** Cuts stdout at the marks, in the order in which they were asked for. */
function onAnswers(child: ChildProcessWithoutNullStreams, waiting: Waiting[], touch: () => void): void {
  let text = '';
  let isTooLong = false;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    touch();
    text += chunk;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const end = text.indexOf(next.marker);
      if (end < 0) break;
      next.resolve(isTooLong || end > MOST_ANSWER_CHARACTERS ? null : text.slice(0, end));
      text = text.slice(end + next.marker.length);
      isTooLong = false;
      waiting.shift();
    }
    if (text.length > MOST_ANSWER_CHARACTERS) {
      isTooLong = true;
      text = text.slice(-LONGEST_MARKER);
    }
  });
}

const LONGEST_MARKER = 64;

function watchIdle(child: ChildProcessWithoutNullStreams, idleMs: number, onIdle: () => void) {
  const timer = setTimeout(onIdle, idleMs);
  child.once('close', () => clearTimeout(timer));
  return { touch: () => timer.refresh(), stop: () => clearTimeout(timer) };
}

function errorLines(errors: string): readonly string[] {
  const lines = errors.split('\n').flatMap((line) => /^error:\s*(.+)$/.exec(line)?.[1] ?? []);
  return lines.filter((line) => !line.includes('/dev/null/'));
}

/** `failed to connect to the hypervisor` comes first, the reason after it. */
function lastError(errors: string): string | null {
  return errorLines(errors).at(-1) ?? null;
}

function toMissing(uri: string): Fault {
  const hint = 'If guests here are run by libvirt: apt-get install libvirt-clients';
  return new Fault({ code: 'no-virsh', operation: 'ask libvirt', subject: uri, cause: 'no virsh on this host', hint });
}

function toFailure({ uri, cause }: { uri: string; cause: string }): Fault {
  const hint = `virsh --readonly --connect '${uri}' list --all`;
  return new Fault({ code: 'virsh-failed', operation: 'ask libvirt', subject: uri, cause, hint });
}
