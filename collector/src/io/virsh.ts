import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { Fault, toCause } from '@trimtab/protocol/shared';
import type { AskVirsh, Virsh, VirshComplaints } from '../ports/virsh.ts';
import { endChild } from './end-child.ts';

/** For one answer: libvirt's daemon answers within milliseconds, or when it is back; a start takes seconds. */
export const IDLE_MS = 20_000;
/** For all of them: thousands of domains take seconds. */
export const WHOLE_MS = 120_000;
/** For its end, once it has answered. */
export const END_MS = 1_000;
/** Of one answer; the rest of a longer one is read and forgotten. */
export const MOST_ANSWER_CHARACTERS = 4 * 1024 * 1024;
export const MOST_ERROR_CHARACTERS = 256 * 1024;

/**
 * One that says nothing, floods, or does not end is ended with all that it has started. Its connection is read-only
 * unless `access` is `full`: libvirt lets nobody ask a guest over a read-only one.
 */
export function createVirsh({
  searchPath = process.env.PATH ?? '/usr/bin:/bin',
  idleMs = IDLE_MS,
  wholeMs = WHOLE_MS,
  access = 'read-only' as 'read-only' | 'full',
} = {}): Virsh {
  return {
    async converse(uri, talk) {
      const conversation = startConversation({ uri, searchPath, idleMs, wholeMs, access });
      try {
        const result = await Promise.race([talk(conversation.ask, conversation.complaints), conversation.failed]);
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

interface Wanted {
  readonly uri: string;
  readonly searchPath: string;
  readonly idleMs: number;
  readonly wholeMs: number;
  readonly access: 'read-only' | 'full';
}

function startConversation({ uri, searchPath, idleMs, wholeMs, access }: Wanted) {
  const child = startVirsh({ uri, searchPath, access });
  const nonce = randomBytes(12).toString('hex');
  const waiting: Waiting[] = [];
  let asked = 0;
  let errors = '';
  let untold = '';

  let fail: (fault: Fault) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {}); // Whoever waits is told of it; after the end nobody waits.
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  /** Once it has answered, its complaints are of one question each, and not of its end. */
  const whyEnded = () => (asked > waiting.length ? null : lastError(errors)) ?? 'virsh ended in the middle';
  child.once('close', () => fail(toFailure({ uri, cause: whyEnded() })));
  child.once('error', (error: NodeJS.ErrnoException) => {
    fail(error.code === 'ENOENT' ? toMissing(uri) : toFailure({ uri, cause: toCause(error) }));
  });
  child.stdin.on('error', () => {}); // Its end is told by `close`, with its own words.
  const giveUp = (cause: string) => fail(toFailure({ uri, cause, code: 'virsh-silent' }));
  const watch = watchAnswers(child, {
    idleMs,
    wholeMs,
    onIdle: () => giveUp(`virsh has answered nothing for ${idleMs} ms`),
    onTooLong: () => giveUp(`virsh was not through after ${wholeMs} ms`),
  });

  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-MOST_ERROR_CHARACTERS);
    // Its beginning: what a guest says is at the end of a line, and may be any length.
    untold = (untold + text).slice(0, MOST_ERROR_CHARACTERS);
  });
  onAnswers(child, waiting, watch.answered);

  const ask: AskVirsh = (command) => {
    const answer = new Promise<string | null>((resolve) => {
      asked += 1;
      waiting.push({ marker: `trimtab-${nonce}-${asked}.`, resolve });
    });
    // Quoted in the middle: virsh repeats what it reads, and the mark is only in what it prints.
    child.stdin.write(`${command}\necho trimtab-''${nonce}-${asked}.\n`);
    return Promise.race([answer, failed]);
  };
  /** What it complained of before an answer is in its pipe when that comes: it is read within a turn of the loop. */
  const complaints: VirshComplaints = async () => {
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const lines = errorLines(untold);
    untold = '';
    return lines;
  };
  return {
    ask,
    complaints,
    failed,
    async finish() {
      child.stdin.end();
      // All of its answers are here: one that does not end is ended (`kill`).
      let patience: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        patience = setTimeout(resolve, END_MS);
      });
      await Promise.race([closed, late]);
      clearTimeout(patience);
      return errorLines(errors);
    },
    kill() {
      watch.stop();
      endChild(child);
    },
  };
}

function startVirsh({ uri, searchPath, access }: Pick<Wanted, 'uri' | 'searchPath' | 'access'>) {
  // virsh writes a history of its interactive mode: to a place that cannot exist, so that nothing is left behind.
  const env = { ...process.env, PATH: searchPath, LC_ALL: 'C', TERM: 'dumb', XDG_CACHE_HOME: '/dev/null' };
  const args = ['--quiet', ...(access === 'full' ? [] : ['--readonly']), '--connect', uri];
  return spawn('virsh', args, { env, detached: true, stdio: 'pipe' });
}

/** Cuts stdout at the marks, in the order in which they were asked for. */
function onAnswers(child: ChildProcessWithoutNullStreams, waiting: Waiting[], answered: () => void): void {
  let text = '';
  let isTooLong = false;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const end = text.indexOf(next.marker);
      if (end < 0) break;
      answered();
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

/** What it prints is no answer: one that prints without end has not answered either. */
function watchAnswers(
  child: ChildProcessWithoutNullStreams,
  limits: { idleMs: number; wholeMs: number; onIdle: () => void; onTooLong: () => void },
) {
  const timers = [setTimeout(limits.onIdle, limits.idleMs), setTimeout(limits.onTooLong, limits.wholeMs)] as const;
  const stop = () => {
    for (const timer of timers) clearTimeout(timer);
  };
  child.once('close', stop);
  return { answered: () => timers[0].refresh(), stop };
}

function errorLines(errors: string): readonly string[] {
  const lines = errors.split('\n').flatMap((line) => /^error:\s*(.+)$/s.exec(line)?.[1] ?? []);
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

function toFailure({
  uri,
  cause,
  code = 'virsh-failed',
}: {
  uri: string;
  cause: string;
  code?: 'virsh-failed' | 'virsh-silent';
}): Fault {
  const hint = `virsh --readonly --connect '${uri}' list --all`;
  return new Fault({ code, operation: 'ask libvirt', subject: uri, cause, hint });
}
