import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startDelivery } from '../../../../collector/src/conduct/alerts/deliver/deliver.ts';
import { clock } from '../../../../collector/src/io/clock.ts';
import { type HttpReceiver, startHttpReceiver } from '../../../support/receivers/http-receiver.ts';
import { senderOf } from '../../../support/receivers/sender-of.ts';
import { noticeOf } from '../../alert/notice-examples.ts';
import { runStoreToDeath } from '../../store/dying-store.ts';
import { openTestStore } from '../../store/open-test-store.ts';

const sourceOf = (file: string) => JSON.stringify(new URL(`../../../../collector/src/${file}`, import.meta.url).href);

let folder: string;
let receiver: HttpReceiver;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-killed-'));
  receiver = await startHttpReceiver();
});
afterEach(async () => {
  await receiver[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

it('a process that is killed between the posting and the delivery leaves the notice to the next', async () => {
  const keyOf = (body: string) => (JSON.parse(body) as { readonly key: string }).key;
  // It answers the first time only once its sender is dead.
  receiver.answerWith(() => {});
  const entry = { kind: 'webhook', name: 'it', rules: null, url: receiver.url, token: null, group: false } as const;
  await runStoreToDeath({
    folder,
    work: `
      const { startDelivery } = await import(${sourceOf('conduct/alerts/deliver/deliver.ts')});
      const { composeSenders } = await import(${sourceOf('compose/compose-senders.ts')});
      const { clock } = await import(${sourceOf('io/clock.ts')});
      const log = { info() {}, warn() {}, error() {} };
      const senders = composeSenders([${JSON.stringify(entry)}], { clock, host: 'h', environment: {} });
      const random = () => 1;
      const deps = { clock, log, random, store, senders, host: 'h', readPools: async () => [] };
      const delivery = await startDelivery(deps);
      await delivery.post([${JSON.stringify(noticeOf())}]);`,
  });
  receiver.answerWith((response) => void response.end('ok'));
  const store = await openTestStore(folder);
  const log = { info() {}, warn() {}, error() {} };
  const senders = [senderOf(entry)];
  const delivery = await startDelivery({
    clock,
    log,
    random: () => 1,
    store,
    senders,
    host: 'h',
    readPools: async () => [],
  });
  const before = receiver.received.length;
  await receiver.until(before + 1);
  while ((await store.pendingNotices()).length > 0) await new Promise((resolve) => setImmediate(resolve));
  await delivery.stop();
  await store.close();
  expect(new Set(receiver.received.map(({ body }) => keyOf(body))).size).toBe(1);
});
