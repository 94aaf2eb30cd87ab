import { Fault } from '@trimtab/protocol/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toNoticeKey } from '../../../collector/src/alert/notice-key.ts';
import type { Notice } from '../../../collector/src/model/alert.ts';
import type { NoticeSender } from '../../../collector/src/ports/notice-sender.ts';
import { type HttpReceiver, startHttpReceiver } from '../../support/receivers/http-receiver.ts';
import { PATIENT, senderOf } from '../../support/receivers/sender-of.ts';
import { noticeOf, STARTED_AT } from './notice-examples.ts';

// Each form as a real receiver gets it.
let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await startHttpReceiver();
});
afterAll(() => receiver[Symbol.asyncDispose]());
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answerWith((response) => void response.end('ok'));
});

async function deliver(sender: NoticeSender, notice: Notice) {
  await sender.send(notice, PATIENT);
  const got = receiver.received.at(-1);
  if (got === undefined) throw new Error('nothing came');
  return { ...got, body: JSON.parse(got.body) };
}

const HOSTILE = noticeOf({
  alert: {
    subject: '<!channel> @everyone\r\nX-Evil: 1 `**_~||>#[a](http://evil)\u202e',
    sentence: `<@U1> ${'😀'.repeat(900)}`,
  },
});
const TEXT = [
  '/srv/vms will be full within 7 days, with a probability of 92 %.',
  'What to do: Add storage, or see what could be had back: trimtab doctor',
  'Since 2026-11-27 13:02 UTC.',
  'probability: 92.0 %',
  'free: 20.0 GiB',
  'free: 4.3 %',
  'days until full: 4.5',
].join('\n');

describe('webhook', () => {
  const sender = () => senderOf({ kind: 'webhook', url: `${receiver.url}/hook?a=b`, token: 't0ken', group: false });

  it('posts the document, with a key that is the same each time', async () => {
    const { path, headers, body } = await deliver(sender(), noticeOf());
    expect(path).toBe('/hook?a=b');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer t0ken',
      'idempotency-key': `"${toNoticeKey('notice 1')}"`,
    });
    expect(body).toEqual({
      version: 1,
      key: toNoticeKey('notice 1'),
      event: 'start',
      at: '2026-11-27T13:02:00.000Z',
      title: 'Critical: pool is filling: /srv/vms on host-1',
      text: TEXT,
      alert: {
        ...noticeOf().alert,
        startedAt: '2026-11-27T13:02:00.000Z',
        endedAt: null,
      },
    });
  });

  it('an end says from when to when it was: that may be the first that anybody hears of it', async () => {
    const { body } = await deliver(sender(), noticeOf({ event: 'end' }));
    expect(body.title).toBe('Over: pool is filling: /srv/vms on host-1');
    expect(body.text).toContain('It was so from 2026-11-27 13:02 UTC to 2026-11-27 14:10 UTC (1 h 8 min).');
    expect(body.text).not.toContain('What to do');
  });
});

describe('a test', () => {
  it('says that it is one, and nothing of a pool', async () => {
    const { body } = await deliver(
      senderOf({ kind: 'webhook', url: receiver.url, token: null, group: false }),
      noticeOf({ event: 'test', alert: { sentence: 'A test.', hint: null, values: {} } }),
    );
    expect([body.title, body.text]).toEqual(['Test: notices of host-1 arrive here', 'A test.']);
  });
});

describe('ntfy', () => {
  const sender = () => senderOf({ kind: 'ntfy', url: receiver.url, topic: 'pools', token: 'tk_1' });

  it.each([
    ['start', 'critical', 5, 'rotating_light'],
    ['reminder', 'warning', 4, 'warning'],
    ['end', 'critical', 3, 'white_check_mark'],
    ['test', 'warning', 3, 'bell'],
  ] as const)('%s, %s', async (event, severity, priority, tag) => {
    const { path, headers, body } = await deliver(sender(), noticeOf({ event, alert: { severity } }));
    expect(path).toBe('/');
    expect(headers.authorization).toBe('Bearer tk_1');
    expect(body).toMatchObject({ topic: 'pools', priority, tags: [tag], sequence_id: toNoticeKey('notice 1') });
    expect(body.message).toContain('/srv/vms will be full');
  });

  it('a message is never longer than what ntfy takes for one', async () => {
    const { body } = await deliver(
      sender(),
      noticeOf({ alert: { sentence: '€'.repeat(500), hint: '€'.repeat(1_000) } }),
    );
    expect(Buffer.byteLength(body.message)).toBeLessThanOrEqual(4_096);
    expect(body.message).not.toContain('\ufffd');
  });
});

describe('slack', () => {
  it('is a text that calls nobody', async () => {
    const { path, body } = await deliver(senderOf({ kind: 'slack', url: `${receiver.url}/services/T0/B0` }), HOSTILE);
    expect(path).toBe('/services/T0/B0');
    expect(body).toMatchObject({ mrkdwn: false, unfurl_links: false, unfurl_media: false });
    expect(body.text).toContain('&lt;!channel&gt; @\u200beveryone\ufffd\ufffdX-Evil: 1');
    expect(body.text).not.toMatch(/<|@everyone|\r|\u202e/);
  });

  it('has no link, picture or block of code of a guest where markup is read, as in Mattermost', async () => {
    const subject = '![a](http://evil) [b][c] [c]: http://evil ``` ~~~ **d**';
    const { body } = await deliver(senderOf({ kind: 'slack', url: receiver.url }), noticeOf({ alert: { subject } }));
    expect(body.text.replaceAll('\u200b', '')).toContain(subject);
    expect(body.text).not.toMatch(/\][([:]|``|~~|\*\*/);
  });
});

describe('discord', () => {
  it('is a text that calls nobody and is no markup, in what Discord takes', async () => {
    const sender = senderOf({ kind: 'discord', url: `${receiver.url}/api/webhooks/1/x?thread_id=7` });
    const { path, body } = await deliver(sender, HOSTILE);
    expect(path).toBe('/api/webhooks/1/x?thread_id=7&wait=true');
    expect(body).toMatchObject({ username: 'Trimtab', allowed_mentions: { parse: [] }, flags: 4 });
    expect(body.content).toContain(
      '\\<!channel\\> \\@everyone\ufffd\ufffdX\\-Evil\\: 1 \\`\\*\\*\\_\\~\\|\\|\\>\\#\\[a\\]\\(http\\://evil\\)',
    );
    expect(body.content.length).toBeLessThanOrEqual(2_000);
    expect(body.content.isWellFormed()).toBe(true);
  });
});

describe('gotify', () => {
  it('has its token in a header, and stands below a prefix', async () => {
    const sender = senderOf({ kind: 'gotify', url: `${receiver.url}/push/`, token: 'A1' });
    const { path, headers, body } = await deliver(sender, noticeOf());
    expect([path, headers['x-gotify-key']]).toEqual(['/push/message', 'A1']);
    expect(body).toEqual({
      title: 'Critical: pool is filling: /srv/vms on host-1',
      message: TEXT,
      priority: 8,
      extras: { 'client::display': { contentType: 'text/plain' } },
    });
  });
});

describe('alertmanager', () => {
  const now = () => STARTED_AT + 600_000;
  const sender = () => senderOf({ kind: 'alertmanager', url: `${receiver.url}/am`, token: null }, { now });

  it('tells the same alert by the same labels, and never one that ends before it starts', async () => {
    const started = await deliver(sender(), noticeOf());
    expect(started.path).toBe('/am/api/v2/alerts');
    const labels = {
      alertname: 'TrimtabPoolFilling',
      severity: 'critical',
      instance: 'host-1',
      subject: '/srv/vms',
      job: 'trimtab',
    };
    const [summary, ...description] = TEXT.split('\n');
    expect(started.body).toEqual([
      {
        labels,
        annotations: { summary, description: description.join('\n') },
        startsAt: '2026-11-27T13:02:00.000Z',
        endsAt: '2026-11-27T13:17:00.000Z',
      },
    ]);
    const ended = await deliver(sender(), noticeOf({ event: 'end', alert: { endedAt: STARTED_AT - 1 } }));
    expect(ended.body).toMatchObject([{ labels, endsAt: '2026-11-27T13:02:00.000Z' }]);
  });

  it('is told again what stands, and nothing where nothing does', async () => {
    const readPools = async () => [];
    await sender().restate?.({ alerts: [], readPools }, PATIENT);
    expect(receiver.received).toEqual([]);
    await sender().restate?.({ alerts: [noticeOf().alert], readPools }, PATIENT);
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject([{ endsAt: '2026-11-27T13:17:00.000Z' }]);
  });
});

it('one that takes it has taken it, whatever it goes on to say', async () => {
  receiver.answerWith((response) => void response.writeHead(200).write('ok, and'));
  await senderOf({ kind: 'webhook', url: receiver.url, token: null, group: false }).send(noticeOf(), PATIENT);
  expect(receiver.received).toHaveLength(1);
});

describe('a receiver that does not take it', () => {
  const sender = () => senderOf({ kind: 'webhook', url: `${receiver.url}/s3cret/path`, token: 't0ken', group: false });

  async function fault() {
    const error = await sender()
      .send(noticeOf(), PATIENT)
      .then(
        () => null,
        (thrown: unknown) => thrown,
      );
    if (!(error instanceof Fault)) throw new Error(`no fault, but ${error}`);
    return error.detail;
  }

  it.each([
    [500, 'down', 'notice-failed', 'HTTP 500: down'],
    [429, '', 'notice-failed', 'HTTP 429'],
    [401, 'who are you', 'notice-denied', 'HTTP 401: who are you'],
    [400, 'bad \u001b[31m form', 'notice-refused', 'HTTP 400: bad \ufffd[31m form'],
    [404, 'no t0ken at /s3cret/path', 'notice-failed', 'HTTP 404: no … at …'],
  ])('HTTP %s: %s', async (status, words, code, cause) => {
    receiver.answerWith((response) => void response.writeHead(status).end(words));
    expect(await fault()).toMatchObject({ code, cause, subject: `it (${new URL(receiver.url).host})` });
  });

  it.each([
    ['cut in its midst', 't0ken  and/more', (secret: string) => `${'x'.repeat(284)}${secret}`],
    ['with two blanks', 't0ken  and/more', (secret: string) => secret],
    ['within JSON', 't0ken"and/more', (secret: string) => JSON.stringify({ got: secret })],
    ['within JSON of PHP', 't0ken"and/more', (secret: string) => JSON.stringify(secret).replaceAll('/', '\\/')],
    ['within an address', 't0ken"and/more', encodeURIComponent],
    [
      'within an address, in small letters',
      't0ken"and/more',
      (secret: string) => encodeURIComponent(secret).toLowerCase(),
    ],
    ['within a form', 't0ken and/more', (secret: string) => `${new URLSearchParams({ secret })}`],
  ])('a secret that it says back is not told: %s', async (_, token, wordsOf) => {
    receiver.answerWith((response) => void response.writeHead(500).end(wordsOf(token)));
    const sending = senderOf({ kind: 'gotify', url: receiver.url, token }).send(noticeOf(), PATIENT);
    await expect(sending).rejects.toMatchObject({
      detail: { cause: expect.stringMatching(/^HTTP 500: (?!.*(?:t0k|more)).*…/) },
    });
  });

  it('one that sends on is not followed: the token would go along', async () => {
    await using other = await startHttpReceiver();
    receiver.answerWith((response) => void response.writeHead(307, { location: `${other.url}/x?y` }).end());
    expect(await fault()).toMatchObject({ code: 'notice-failed', cause: `HTTP 307: it sends on to ${other.url}` });
    expect(other.received).toEqual([]);
  });

  it('an answer without end is not read to its end', async () => {
    receiver.answerWith((response) => {
      response.writeHead(500);
      const write = () => {
        if (response.destroyed) return;
        response.write('x'.repeat(65_536));
        setImmediate(write);
      };
      write();
    });
    expect((await fault()).cause).toMatch(/^HTTP 500: x{200,300}…$/);
  });

  it('one that says nothing is left at the end of the attempt', async () => {
    receiver.answerWith(() => {});
    const ending = new AbortController();
    const sending = sender().send(noticeOf(), ending.signal);
    await receiver.until(1);
    ending.abort();
    await expect(sending).rejects.toMatchObject({ detail: { code: 'notice-unreachable' } });
  });

  it('one that is not there', async () => {
    const gone = await startHttpReceiver();
    await gone[Symbol.asyncDispose]();
    const sending = senderOf({ kind: 'webhook', url: gone.url, token: null, group: false }).send(noticeOf(), PATIENT);
    await expect(sending).rejects.toMatchObject({
      detail: { code: 'notice-unreachable', cause: expect.stringContaining('connection refused') },
    });
  });
});
