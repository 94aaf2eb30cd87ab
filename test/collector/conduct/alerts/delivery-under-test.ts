import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '@trimtab/protocol/shared';
import { type Delivery, startDelivery } from '../../../../collector/src/conduct/alerts/deliver/deliver.ts';
import { isGroup, type Notice } from '../../../../collector/src/model/alert.ts';
import type { NoticeSender, Standing } from '../../../../collector/src/ports/notice-sender.ts';
import type { NoticesStore } from '../../../../collector/src/ports/store/notices.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { openTestStore } from '../../store/open-test-store.ts';

/** A receiver whose every answer the test gives, one after the other. */
export interface HeldSender extends NoticeSender {
  /** What it was asked to send and has no answer to. */
  readonly asked: { readonly what: string; readonly take: () => void; readonly refuse: (code?: string) => void }[];
  /** What it took: the event and the id of each; of a group how many it has, and the first and last of them. */
  readonly took: string[];
}

export function heldSender({
  name,
  rules = null,
  groups = false,
  attemptMs = null,
  isForgetful = false,
}: {
  readonly name: string;
  readonly rules?: NoticeSender['rules'];
  readonly groups?: boolean;
  readonly attemptMs?: NoticeSender['attemptMs'];
  readonly isForgetful?: boolean;
}): HeldSender {
  const asked: HeldSender['asked'] = [];
  const took: string[] = [];
  const hold = (what: string) =>
    new Promise<void>((resolve, reject) => {
      const answered = () => asked.splice(asked.indexOf(one), 1);
      const one = {
        what,
        take() {
          answered();
          took.push(what);
          resolve();
        },
        refuse(code = 'notice-failed') {
          answered();
          reject(new Fault({ code, operation: 'deliver', subject: name, cause: 'it is down', hint: 'Start it.' }));
        },
      };
      asked.push(one);
    });
  return {
    name,
    rules,
    groups,
    attemptMs,
    asked,
    took,
    send: (notice) => hold(nameOf(notice)),
    restate: isForgetful ? ({ alerts }: Standing) => hold(`restate ${alerts.map(({ id }) => id)}`) : null,
    async stop() {},
  };
}

function nameOf(notice: Notice): string {
  if (!isGroup(notice)) return `${notice.event} ${notice.id}`;
  const ids = notice.grouped.map(({ id }) => id);
  return `${notice.event} ${ids.length} from ${ids[0]} to ${ids.at(-1)} as ${notice.id}`;
}

/** A delivery over a real store, under the test's clock; it can be started anew. */
export async function openDelivery() {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-notices-'));
  const clock = createTestClock();
  const said: string[] = [];
  const say = (_fields: object, message: string) => void said.push(message);
  let store: Store = await openTestStore(folder);
  let delivery: Delivery | null = null;
  return {
    clock,
    said,
    store: () => store,
    async start(senders: readonly NoticeSender[], overStore: (store: Store) => NoticesStore = (it) => it) {
      delivery = await startDelivery({
        clock,
        log: { info: say, warn: say, error: say },
        random: () => 1,
        store: counting(overStore(store)),
        senders,
        host: 'host-1',
        readPools: async () => [],
      });
      return delivery;
    },
    /** As a restart does it: what was not delivered is still stored. */
    async reopen() {
      await delivery?.stop();
      await store.close();
      store = await openTestStore(folder);
    },
    async close() {
      await delivery?.stop();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Questions to the store that are not answered. */
let underWay = 0;

/** Until all that can go on has gone on: nothing here waits for anything but the store and the test. */
export async function settled(): Promise<void> {
  for (let still = 0; still < 10; still = underWay === 0 ? still + 1 : 0)
    await new Promise((resolve) => setImmediate(resolve));
}

function counting(store: NoticesStore): NoticesStore {
  const count = async <Value>(work: Promise<Value>) => {
    underWay += 1;
    try {
      return await work;
    } finally {
      underWay -= 1;
    }
  };
  return {
    addNotices: (added) => count(store.addNotices(added)),
    pendingNotices: () => count(store.pendingNotices()),
    endDeliveries: (ended) => count(store.endDeliveries(ended)),
    standingAlerts: () => count(store.standingAlerts()),
    forgetNotices: (postedBefore) => count(store.forgetNotices(postedBefore)),
  };
}
