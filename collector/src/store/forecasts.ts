import type { Day } from '../model/forecast.ts';
import type { FillingKind } from '../model/foresight.ts';
import { FORECAST_DAYS_KEPT, type KeptForecast } from '../ports/store/forecasts.ts';
import type { HostRows } from './tables.ts';

/** One transaction, rule [FO3]. */
export async function keepForecasts({ db, hostId }: HostRows, kept: readonly KeptForecast[]): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const rows = { db: transaction, hostId };
    for (const [day, ofDay] of Map.groupBy(kept, (one) => one.day)) await keepOfDay(rows, { day, ofDay });
  });
}

async function keepOfDay(
  { db, hostId }: HostRows,
  { day, ofDay }: { readonly day: Day; readonly ofDay: readonly KeptForecast[] },
): Promise<void> {
  const number = await numberOf({ db, hostId }, day);
  for (const { pool, kind, day: _, ...told } of ofDay)
    await db
      .insertInto('kept_forecast')
      .values({ host_id: hostId, number, day, pool, kind, told: JSON.stringify(told) })
      // Rule [FO1].
      .onConflict((conflict) => conflict.columns(['host_id', 'day', 'pool', 'kind']).doNothing())
      .execute();
  // Rule [FO2].
  await db
    .deleteFrom('kept_forecast')
    .where('host_id', '=', hostId)
    .where('number', '<=', number - FORECAST_DAYS_KEPT)
    .execute();
}

/** Of a day: one more than that of the day which was stored before it. */
async function numberOf({ db, hostId }: HostRows, day: Day): Promise<number> {
  const known = await db
    .selectFrom('kept_forecast')
    .select('number')
    .where('host_id', '=', hostId)
    .where('day', '=', day)
    .limit(1)
    .executeTakeFirst();
  if (known !== undefined) return known.number;
  const { last } = await db
    .selectFrom('kept_forecast')
    .select(({ fn }) => fn.max<number | null>('number').as('last'))
    .where('host_id', '=', hostId)
    .executeTakeFirstOrThrow();
  return Number(last ?? 0) + 1;
}

export async function listKeptForecasts(
  { db, hostId }: HostRows,
  { from, to }: { readonly from: Day; readonly to: Day },
): Promise<readonly KeptForecast[]> {
  const found = await db
    .selectFrom('kept_forecast')
    .select(['day', 'pool', 'kind', 'told'])
    .where('host_id', '=', hostId)
    .where('day', '>=', from)
    .where('day', '<=', to)
    .orderBy('day')
    .orderBy('pool')
    .orderBy('kind')
    .execute();
  return found.map(({ day, pool, kind, told }) => ({
    day,
    pool,
    kind: kind as FillingKind,
    ...(JSON.parse(told) as Omit<KeptForecast, 'day' | 'pool' | 'kind'>),
  }));
}
