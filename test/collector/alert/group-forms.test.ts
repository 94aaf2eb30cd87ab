import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toGroupId, toGroupNotice } from '../../../collector/src/alert/group.ts';
import { toNoticeKey } from '../../../collector/src/alert/notice-key.ts';
import type { GroupNotice, Notice } from '../../../collector/src/model/alert.ts';
import { type HttpReceiver, startHttpReceiver } from '../../support/receivers/http-receiver.ts';
import { startMailReceiver } from '../../support/receivers/mail-receiver.ts';
import { PATIENT, senderOf } from '../../support/receivers/sender-of.ts';
import { awayOf, manyAway, noticeOf, STARTED_AT } from './notice-examples.ts';

// Many alerts as one notice, as a real receiver of each kind gets it.
let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await startHttpReceiver();
});
afterAll(() => receiver[Symbol.asyncDispose]());
beforeEach(() => {
  receiver.received.length = 0;
});

function groupOf(notices: readonly Notice[]): GroupNotice {
  const [first, ...others] = notices;
  if (first === undefined) throw new Error('a group of none');
  return toGroupNotice(toGroupId(notices), [first, ...others]);
}

async function deliver(entry: Parameters<typeof senderOf>[0], notice: Notice) {
  await senderOf(entry).send(notice, PATIENT);
  const got = receiver.received.at(-1);
  return { ...got, body: JSON.parse(got?.body ?? '') };
}

const TITLE = 'Warning: guest is away: 100 guests on host-1';
const LISTED = ['001', '002', '003', '004', '005', '006', '007', '008', '009', '010'];
const TEXT = [
  '100 alerts began.',
  'Since 2026-11-27 13:02 UTC.',
  'The 10 most urgent follow; trimtab alerts on this host lists all:',
  ...LISTED.map((n) => `- web-${n} runs, and its agent has not been heard since 2026-11-27 12:01 UTC.`),
].join('\n');

describe('a hundred guests that are lost at once', () => {
  const group = groupOf(manyAway({ to: 100 }));
  const key = toNoticeKey(group.id);

  it('are one message of ntfy, Gotify, Slack and Discord', async () => {
    const ntfy = await deliver({ kind: 'ntfy', url: receiver.url, topic: 'pools', token: null }, group);
    expect(ntfy.body).toEqual({
      topic: 'pools',
      title: TITLE,
      message: TEXT,
      priority: 4,
      tags: ['warning'],
      sequence_id: key,
    });
    const gotify = await deliver({ kind: 'gotify', url: receiver.url, token: 'A1' }, group);
    expect(gotify.body).toMatchObject({ title: TITLE, message: TEXT, priority: 6 });
    const slack = await deliver({ kind: 'slack', url: receiver.url }, group);
    expect(slack.body.text).toBe(`${TITLE}\n${TEXT}`);
    const discord = await deliver({ kind: 'discord', url: receiver.url }, group);
    expect(discord.body.content.replaceAll('\\', '')).toBe(`**${TITLE}**\n${TEXT}`);
  });

  it('are one mail, and a thread of its own', async () => {
    await using mails = await startMailReceiver();
    const account = { server: `smtp://127.0.0.1:${mails.port}`, user: null, password: null };
    await senderOf({ kind: 'email', from: 'trimtab@h.example', to: ['root@h.example'], ...account }).send(
      group,
      PATIENT,
    );
    const [head = '', ...body] = (mails.received[0]?.data ?? '').split('\r\n\r\n');
    expect(mails.received).toHaveLength(1);
    expect(head.replaceAll(/\r\n[ \t]/g, ' ').split('\r\n')).toEqual(
      expect.arrayContaining([
        `Subject: [trimtab] ${TITLE}`,
        `Message-ID: <${key}@h.example>`,
        `References: <${key}.alert@h.example>`,
      ]),
    );
    const footer = '-- \nTrimtab on host-1. What alerts there are: trimtab alerts\n';
    expect(body.join('\r\n\r\n').replaceAll('\r\n', '\n').trimEnd()).toBe(`${TEXT}\n\n${footer}`.trimEnd());
  });

  it('are one document with all of them, for a webhook that asks for groups', async () => {
    const { headers, body } = await deliver({ kind: 'webhook', url: receiver.url, token: null, group: true }, group);
    const iso = '2026-11-27T13:02:00.000Z';
    expect(headers?.['idempotency-key']).toBe(`"${key}"`);
    expect(body).toEqual({
      version: 1,
      key,
      event: 'start',
      at: iso,
      title: TITLE,
      text: TEXT,
      alert: {
        id: group.id,
        rule: 'guest-away',
        severity: 'warning',
        subject: '100 guests',
        host: 'host-1',
        startedAt: iso,
        endedAt: null,
        sentence: '100 alerts began.',
        hint: null,
        values: {},
      },
      alerts: manyAway({ to: 100 }).map(({ alert }) => ({ ...alert, startedAt: iso })),
    });
  });

  it('are one run of a command that asks for groups, which is told how many', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trimtab-group-'));
    const [path, out] = [join(folder, 'tell'), join(folder, 'out')];
    await writeFile(path, `#!/bin/sh\necho "$TRIMTAB_ALERT_COUNT $TRIMTAB_ALERT_SUBJECT" >> ${out}\n`);
    await chmod(path, 0o755);
    const sender = senderOf({ kind: 'command', argv: [path], group: true });
    await sender.send(group, PATIENT);
    await sender.send(awayOf(1), PATIENT);
    expect(await readFile(out, 'utf8')).toBe('100 100 guests\n1 web-001\n');
    await rm(folder, { recursive: true });
  });
});

describe('the words of a group', () => {
  const tell = async (notices: readonly Notice[]) => {
    const { body } = await deliver({ kind: 'gotify', url: receiver.url, token: 'A1' }, groupOf(notices));
    return { title: body.title, lines: body.message.split('\n'), priority: body.priority };
  };

  it('what is critical comes first, then what has been so for longest, and it rings as that', async () => {
    const pools = [1, 2, 3, 4, 5, 6].map((n) =>
      noticeOf({
        n,
        event: 'reminder',
        alert: {
          id: `a${n}`,
          subject: `/srv/${n}`,
          severity: n === 4 ? 'critical' : 'warning',
          startedAt: STARTED_AT - n * 60_000,
          sentence: `/srv/${n} fills.`,
        },
      }),
    );
    expect(await tell(pools)).toEqual({
      title: 'Still, critical: pool is filling: 6 pools on host-1',
      lines: [
        '6 alerts go on, 1 of them critical.',
        'What to do: Add storage, or see what could be had back: trimtab doctor',
        'The first since 2026-11-27 12:56 UTC, the last since 2026-11-27 13:01 UTC.',
        'They are:',
        '- critical: /srv/4 fills.',
        ...[6, 5, 3, 2, 1].map((n) => `- /srv/${n} fills.`),
      ],
      priority: 8,
    });
  });

  it('those that are over say from when to when, and of one guest twice it is one guest', async () => {
    const ends = [
      ...manyAway({ to: 11, event: 'end' }),
      awayOf(11, 'end', { id: 'again', endedAt: STARTED_AT + 7_200_000 }),
    ];
    const { title, lines } = await tell(ends);
    expect(title).toBe('Over: guest is away: 11 guests on host-1');
    expect(lines.slice(0, 3)).toEqual([
      '12 alerts are over.',
      'They were so between 2026-11-27 13:02 UTC and 2026-11-27 15:02 UTC.',
      'The 10 most urgent follow; trimtab alerts --all on this host lists all:',
    ]);
  });

  it('a guest’s own words are short there, and where all are listed is said before them', async () => {
    const words = `<!channel> \r\n@everyone ${'😀'.repeat(900)}`;
    const notices = Array.from({ length: 20 }, (_, n) => awayOf(n, 'start', { sentence: words, subject: words }));
    const { body } = await deliver({ kind: 'discord', url: receiver.url }, groupOf(notices));
    expect(body.content).toContain(
      'trimtab alerts on this host lists all\\:\n\\- \\<!channel\\> \ufffd\ufffd\\@everyone',
    );
    expect(body.content.length).toBeLessThanOrEqual(2_000);
    expect(body.content.isWellFormed()).toBe(true);
  });
});
