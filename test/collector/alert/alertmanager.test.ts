import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, freePort, startDaemon } from '../../support/receivers/daemon.ts';
import { type HttpReceiver, startHttpReceiver } from '../../support/receivers/http-receiver.ts';
import { PATIENT, senderOf } from '../../support/receivers/sender-of.ts';
import { noticeOf } from './notice-examples.ts';

// A real Alertmanager, and the webhook that it calls.
let folder: string;
let alertmanager: Daemon;
let called: HttpReceiver;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-alertmanager-'));
  called = await startHttpReceiver();
  const config = join(folder, 'config.yml');
  const route = 'route: { receiver: it, group_by: ["..."], group_wait: 10ms, group_interval: 100ms }';
  const receivers = `receivers: [{ name: it, webhook_configs: [{ url: "${called.url}/", send_resolved: true }] }]`;
  // It would take an alert that is not told again for over within this time, did we not say when it ends.
  await writeFile(config, `global: { resolve_timeout: 10ms }\n${route}\n${receivers}\n`);
  url = `http://127.0.0.1:${await freePort()}`;
  alertmanager = await startDaemon({
    argv: [
      'prometheus-alertmanager',
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
      '--cluster.listen-address=',
    ],
    ready: /Listening on/,
  });
});
afterAll(async () => {
  await alertmanager?.[Symbol.asyncDispose]();
  await called?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

interface Told {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly status: { readonly state: string };
}

const alerts = async () => (await (await fetch(`${url}/api/v2/alerts`)).json()) as readonly Told[];

function statusOf(body: string) {
  const { status, alerts: told } = JSON.parse(body) as { status: string; alerts: readonly Told[] };
  return [status, told[0]?.labels.subject];
}

describe('a real Alertmanager', () => {
  it('shows an alert as it stands, and tells that it is over once it is', async () => {
    const sender = senderOf({ kind: 'alertmanager', url, token: null });
    const startedAt = Date.now() - 60_000;
    const started = noticeOf({ alert: { startedAt, subject: 'pool "a" \u{1f4be}' } });
    await sender.send(started, PATIENT);
    await called.until(1);
    expect(statusOf(called.received[0]?.body ?? '')).toEqual(['firing', 'pool "a" \u{1f4be}']);
    await sender.restate?.({ alerts: [started.alert], readPools: async () => [] }, PATIENT);
    expect(await alerts()).toMatchObject([
      {
        labels: {
          alertname: 'TrimtabPoolFilling',
          severity: 'critical',
          instance: 'host-1',
          subject: 'pool "a" \u{1f4be}',
          job: 'trimtab',
        },
        annotations: { summary: started.alert.sentence },
        startsAt: new Date(startedAt).toISOString(),
        status: { state: 'active' },
      },
    ]);
    await sender.send({ ...started, event: 'end', alert: { ...started.alert, endedAt: Date.now() } }, PATIENT);
    await called.until(2);
    expect(statusOf(called.received[1]?.body ?? '')).toEqual(['resolved', 'pool "a" \u{1f4be}']);
    expect(await alerts()).toEqual([]);
  });

  it('an alert that was never told and is over is taken', async () => {
    const sender = senderOf({ kind: 'alertmanager', url, token: null });
    const [startedAt, endedAt] = [Date.now() - 7_200_000, Date.now() - 3_600_000];
    await sender.send(noticeOf({ event: 'end', alert: { startedAt, endedAt } }), PATIENT);
    expect(await alerts()).toEqual([]);
  });
});
