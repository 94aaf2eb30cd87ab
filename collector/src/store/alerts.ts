import type { Alert, AlertRule, Notice } from '../model/alert.ts';
import type { AlertState, WatchedAlert } from '../model/alert-state.ts';
import { type AlertChanges, ENDED_KEPT } from '../ports/store/alerts.ts';
import type { HostRows } from './tables.ts';

export async function listAlertStates({ db, hostId }: HostRows): Promise<readonly WatchedAlert[]> {
  const rows = await db
    .selectFrom('alert_state')
    .select(['rule', 'subject', 'state'])
    .where('host_id', '=', hostId)
    .orderBy('rule')
    .orderBy('subject')
    .execute();
  return rows.map(({ rule, subject, state }) => ({
    rule: rule as AlertRule,
    subject,
    state: JSON.parse(state) as AlertState,
  }));
}

/** One transaction: all of it is stored, or nothing. */
export async function saveAlerts({ db, hostId }: HostRows, { states, ended, notices }: AlertChanges): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const rows = { db: transaction, hostId };
    for (const changed of states) await putState(rows, changed);
    await addEnded(rows, ended);
    await addWaiting(rows, notices);
  });
}

async function putState(
  { db, hostId }: HostRows,
  { rule, subject, state }: AlertChanges['states'][number],
): Promise<void> {
  if (state === null) {
    await db
      .deleteFrom('alert_state')
      .where('host_id', '=', hostId)
      .where('rule', '=', rule)
      .where('subject', '=', subject)
      .execute();
    return;
  }
  const text = JSON.stringify(state);
  await db
    .insertInto('alert_state')
    .values({ host_id: hostId, rule, subject, state: text })
    .onConflict((conflict) => conflict.columns(['host_id', 'rule', 'subject']).doUpdateSet({ state: text }))
    .execute();
}

/** Numbers are drawn: no clock says which ended before which. */
async function addEnded({ db, hostId }: HostRows, ended: readonly Alert[]): Promise<void> {
  if (ended.length === 0) return;
  let number = await drawNumber({ db, hostId }, 'ended_alert');
  for (const alert of ended) {
    await db
      .insertInto('ended_alert')
      .values({ host_id: hostId, number, alert: JSON.stringify(alert) })
      .execute();
    number += 1;
  }
  await db
    .deleteFrom('ended_alert')
    .where('host_id', '=', hostId)
    .where('number', '<', number - ENDED_KEPT)
    .execute();
}

async function addWaiting({ db, hostId }: HostRows, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return;
  let number = await drawNumber({ db, hostId }, 'waiting_notice');
  for (const notice of notices) {
    await db
      .insertInto('waiting_notice')
      .values({ host_id: hostId, id: notice.id, number, notice: JSON.stringify(notice) })
      .onConflict((conflict) => conflict.columns(['host_id', 'id']).doNothing())
      .execute();
    number += 1;
  }
}

async function drawNumber({ db, hostId }: HostRows, table: 'ended_alert' | 'waiting_notice'): Promise<number> {
  const { last } = await db
    .selectFrom(table)
    .select(({ fn }) => fn.max<number | null>('number').as('last'))
    .where('host_id', '=', hostId)
    .executeTakeFirstOrThrow();
  return Number(last ?? 0) + 1;
}

export async function listEndedAlerts({ db, hostId }: HostRows, limit: number): Promise<readonly Alert[]> {
  const rows = await db
    .selectFrom('ended_alert')
    .select('alert')
    .where('host_id', '=', hostId)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ alert }) => JSON.parse(alert) as Alert);
}

export async function listWaitingNotices({ db, hostId }: HostRows): Promise<readonly Notice[]> {
  const rows = await db
    .selectFrom('waiting_notice')
    .select('notice')
    .where('host_id', '=', hostId)
    .orderBy('number')
    .execute();
  return rows.map(({ notice }) => JSON.parse(notice) as Notice);
}

export async function forgetWaiting({ db, hostId }: HostRows, ids: readonly string[]): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const id of ids)
      await transaction.deleteFrom('waiting_notice').where('host_id', '=', hostId).where('id', '=', id).execute();
  });
}
