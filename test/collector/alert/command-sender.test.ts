import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PATIENT, senderOf } from '../../support/receivers/sender-of.ts';
import { noticeOf } from './notice-examples.ts';

// Real programs, as a person would write them.
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-command-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function script(lines: string): Promise<string> {
  const path = join(folder, `tell-${Math.random().toString(36).slice(2)}`);
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o755);
  return path;
}

const HOSTILE = noticeOf({ alert: { subject: '$(touch evil); `touch evil`\n--help\0', sentence: "'; touch evil; '" } });

describe('a command', () => {
  it('gets the document on its stdin and the most of it in its environment, and its own arguments as they are', async () => {
    const [out, env, file] = ['input', 'environment', 'arguments'].map((name) => join(folder, name));
    const path = await script(`cat > ${out}\nenv -0 > ${env}\nprintf '%s\\n' "$#" "$@" > ${file}`);
    process.env.TRIMTAB_NOTIFY = 's3cret';
    await senderOf({ kind: 'command', group: false, argv: [path, 'a b', '$HOME'] }).send(HOSTILE, PATIENT);
    delete process.env.TRIMTAB_NOTIFY;
    expect(await readFile(file ?? '', 'utf8')).toBe('2\na b\n$HOME\n');
    const document = JSON.parse(await readFile(out ?? '', 'utf8'));
    const subject = '$(touch evil); `touch evil`\ufffd--help\ufffd';
    expect(document.alert.subject).toBe(subject);
    const variables = new Map(
      (await readFile(env ?? '', 'utf8')).split('\0').map((line) => {
        const [name = '', ...value] = line.split('=');
        return [name, value.join('=')];
      }),
    );
    expect(Object.fromEntries(variables)).toMatchObject({
      TRIMTAB_ALERT_EVENT: 'start',
      TRIMTAB_ALERT_KEY: document.key,
      TRIMTAB_ALERT_RULE: 'pool-filling',
      TRIMTAB_ALERT_SEVERITY: 'critical',
      TRIMTAB_ALERT_SUBJECT: subject,
      TRIMTAB_ALERT_SENTENCE: "'; touch evil; '",
      TRIMTAB_ALERT_STARTED_AT: '2026-11-27T13:02:00.000Z',
      TRIMTAB_ALERT_ENDED_AT: '',
      LC_ALL: 'C.UTF-8',
    });
    expect(variables.has('TRIMTAB_NOTIFY')).toBe(false);
  });

  it('that ends with another code than 0 has not told it', async () => {
    const sender = senderOf({ kind: 'command', group: false, argv: [await script('echo no line >&2; exit 3')] });
    await expect(sender.send(noticeOf(), PATIENT)).rejects.toMatchObject({
      detail: { code: 'notice-failed', cause: 'it ended with 3: no line' },
    });
  });

  it('that is not there', async () => {
    const sender = senderOf({ kind: 'command', group: false, argv: ['/gone/tell'] });
    await expect(sender.send(noticeOf(), PATIENT)).rejects.toMatchObject({
      detail: { code: 'notice-failed', cause: 'there is no such program', subject: 'it (/gone/tell)' },
    });
  });

  it('that hangs is ended with all that it has started, when nobody waits for it any more', async () => {
    const pid = join(folder, 'pid');
    const sender = senderOf({
      kind: 'command',
      group: false,
      argv: [await script(`sleep 1000 &\necho $! > ${pid}\nwait`)],
    });
    const ending = new AbortController();
    const sending = sender.send(noticeOf(), ending.signal);
    sending.catch(() => {});
    let child = '';
    while (!child.endsWith('\n')) child = await readFile(pid, 'utf8').catch(() => '');
    ending.abort();
    await expect(sending).rejects.toMatchObject({ detail: { cause: 'it was ended by a signal' } });
    const gone = () =>
      readFile(`/proc/${child.trim()}/stat`, 'utf8').then(
        (stat) => / Z /.test(stat),
        () => true,
      );
    while (!(await gone())) await new Promise((resolve) => setImmediate(resolve));
  });

  it('need not read its stdin', async () => {
    await senderOf({ kind: 'command', group: false, argv: [await script('exec true')] }).send(noticeOf(), PATIENT);
  });
});
