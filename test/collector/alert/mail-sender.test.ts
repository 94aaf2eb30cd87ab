import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toNoticeKey } from '../../../collector/src/alert/notice-key.ts';
import { MAIL_ANSWER_MS, MAIL_ATTEMPT_MS } from '../../../collector/src/io/senders/mail-sender.ts';
import { type MailReceiver, startMailReceiver } from '../../support/receivers/mail-receiver.ts';
import { PATIENT, senderOf, sendersOf } from '../../support/receivers/sender-of.ts';
import { noticeOf } from './notice-examples.ts';

let receiver: MailReceiver;
beforeAll(async () => {
  receiver = await startMailReceiver();
});
afterAll(() => receiver[Symbol.asyncDispose]());
beforeEach(() => {
  receiver.received.length = 0;
  receiver.lines.length = 0;
  receiver.answerWith(() => null);
});

const ENTRY = { kind: 'email', from: 'trimtab@host-1.example', user: null, password: null } as const;
const serverOf = ({ port }: MailReceiver) => `smtp://127.0.0.1:${port}`;

function mailer(account: { readonly user: string; readonly password: string } | null = null) {
  return senderOf({ ...ENTRY, server: serverOf(receiver), to: ['root@example.org'], ...account });
}

/** The lines of the header, unfolded (RFC 5322, 2.2.3). */
function headersOf(data: string): readonly string[] {
  const [head = ''] = data.split('\r\n\r\n');
  return head.replaceAll(/\r\n[ \t]/g, ' ').split('\r\n');
}

describe('mail', () => {
  it('says at first what it is, and is known again', async () => {
    await mailer().send(noticeOf(), PATIENT);
    await mailer().send(noticeOf({ n: 2, event: 'end' }), PATIENT);
    const [first, second] = receiver.received;
    expect(first).toMatchObject({ from: 'trimtab@host-1.example', to: ['root@example.org'] });
    const headers = headersOf(first?.data ?? '');
    const thread = `References: <${toNoticeKey(noticeOf().alert.id)}.alert@host-1.example>`;
    expect(headers).toEqual(
      expect.arrayContaining([
        'Subject: [trimtab] Critical: pool is filling: /srv/vms on host-1',
        `Message-ID: <${toNoticeKey('notice 1')}@host-1.example>`,
        thread,
        'Auto-Submitted: auto-generated',
      ]),
    );
    expect(headersOf(second?.data ?? '')).toContain(thread);
    const [, body = ''] = (first?.data ?? '').split('\r\n\r\n');
    expect(body).toMatch(/^\/srv\/vms will be full within 7 days, with a probability of 92 %\./);
  });

  it('one address that the server refuses is told of, and keeps no other from its mail', async () => {
    receiver.answerWith((command) => (command.startsWith('RCPT TO:<gone@') ? '550 unheard of' : null));
    const to = ['root@example.org', 'gone@example.org', 'night@example.org', 'root@example.org'];
    const senders = sendersOf({ ...ENTRY, server: serverOf(receiver), to });
    const outcomes = await Promise.allSettled(senders.map((sender) => sender.send(noticeOf(), PATIENT)));
    expect(receiver.received.map((mail) => mail.to).sort()).toEqual([['night@example.org'], ['root@example.org']]);
    expect(senders.map(({ name }, at) => [name, outcomes[at]?.status])).toEqual([
      ['it/root@example.org', 'fulfilled'],
      ['it/gone@example.org', 'rejected'],
      ['it/night@example.org', 'fulfilled'],
    ]);
  });

  it('what a guest is called makes no line of the header, and ends no mail', async () => {
    const subject = 'a\r\nBcc: evil@example.org\r\n\r\n.\r\nMAIL FROM:<evil@example.org>\u2028x';
    await mailer().send(noticeOf({ alert: { subject, sentence: '.\r\n.\r\nQUIT' } }), PATIENT);
    expect(receiver.received).toHaveLength(1);
    expect(receiver.lines.filter((line) => /^(?:MAIL|RCPT)/.test(line))).toHaveLength(2);
    const headers = headersOf(receiver.received[0]?.data ?? '');
    expect(headers.filter((line) => /^(?:bcc|cc|to):/i.test(line))).toEqual(['To: root@example.org']);
  });

  it.each([
    ['RCPT', '550 unheard of', 'notice-refused', '550 unheard of'],
    ['MAIL', '451 later', 'notice-failed', '451 later'],
  ])('the server says no to %s: %s', async (verb, words, code, cause) => {
    receiver.answerWith((command) => (command.startsWith(verb) ? words : null));
    await expect(mailer().send(noticeOf(), PATIENT)).rejects.toMatchObject({
      detail: { code, cause: expect.stringContaining(cause), subject: `it (127.0.0.1:${receiver.port})` },
    });
    expect(receiver.received).toEqual([]);
  });

  it('a server has the ten minutes of RFC 5321 to look at a mail, and is left when nobody waits for it any more', async () => {
    receiver.answerWith((command) => (command === '.' ? '' : null));
    const ending = new AbortController();
    const sender = mailer();
    const sending = sender.send(noticeOf(), ending.signal);
    sending.catch(() => {});
    while (receiver.received.length === 0) await new Promise((resolve) => setImmediate(resolve));
    ending.abort();
    await expect(sending).rejects.toMatchObject({ detail: { code: 'notice-unreachable' } });
    while (receiver.connections() > 0) await new Promise((resolve) => setImmediate(resolve));
    expect([MAIL_ANSWER_MS, sender.attemptMs]).toEqual([600_000, MAIL_ATTEMPT_MS]);
    expect(MAIL_ATTEMPT_MS).toBeGreaterThan(MAIL_ANSWER_MS);
  });

  it('a password is not said without TLS', async () => {
    receiver.answerWith((command) => (command === 'STARTTLS' ? '502 not here' : null));
    const sending = mailer({ user: 'me', password: 's3cret' }).send(noticeOf(), PATIENT);
    await expect(sending).rejects.toMatchObject({
      detail: { code: 'notice-denied', hint: expect.stringContaining('over TLS alone') },
    });
    expect(receiver.lines.filter((line) => /^AUTH/.test(line))).toEqual([]);
    expect(receiver.received).toEqual([]);
  });

  it('a server that is not there', async () => {
    const gone = await startMailReceiver();
    await gone[Symbol.asyncDispose]();
    const sender = senderOf({ ...ENTRY, server: serverOf(gone), to: ['c@d.example'] });
    await expect(sender.send(noticeOf(), PATIENT)).rejects.toMatchObject({
      detail: { code: 'notice-unreachable', cause: 'connection refused' },
    });
  });
});
