import { accumulate, daily, driftingNoise, type Plan, randomDays, type Shape } from './shape.ts';

/** The same every day, and what comes and goes within one. */
export const linear: Shape = ({ dice, days, base, growth }) => {
  const rough = growth * dice.scaleBetween(0.1, 3);
  return daily(days, (day) => base + growth * (day + 1) + rough * dice.normal());
};

/** More on five days of the week than on two, or up in the week and down at its end. */
export const weekly: Shape = (plan) => {
  const { dice, days, base, growth } = plan;
  const firstWeekday = dice.wholeBetween(0, 6);
  const atWeekends = dice.between(-5, 0.5);
  const onWeekdays = (7 - 2 * atWeekends) / 5;
  const rough = growth * dice.scaleBetween(0.1, 1);
  const changes = daily(days, (day) => growth * ((day + firstWeekday) % 7 < 5 ? onWeekdays : atWeekends));
  return accumulate({ base, changes }).map((level) => level + rough * dice.normal());
};

/** A walk whose steps are many times its drift, some of them far; or a line with noise; or one with bursts. */
export const noisy: Shape = (plan) => {
  const { dice, days, base, growth } = plan;
  const noise = dice.oneOf(['walk', 'drifting', 'bursts'] as const);
  if (noise === 'walk') {
    const spread = growth * dice.scaleBetween(1, 6);
    return accumulate({ base, changes: daily(days, () => growth + spread * heavyTailed(plan)) });
  }
  const added =
    noise === 'bursts' ? bursts(plan) : driftingNoise({ dice, days, deviation: growth * dice.scaleBetween(3, 30) });
  return added.map((value, day) => base + growth * (day + 1) + value);
};

/** What is written at once and gone some days later: a copy, a log, an upgrade. */
function bursts({ dice, days, growth }: Plan): number[] {
  const begins = randomDays({ dice, days, everyDays: dice.scaleBetween(10, 60) });
  const heights = daily(days, () => 0);
  for (const first of begins) {
    const height = growth * dice.scaleBetween(5, 60);
    const last = first + dice.wholeBetween(0, 9);
    for (let day = first; day <= last && day < days; day += 1) heights[day] = (heights[day] ?? 0) + height;
  }
  return heights;
}

/** It grows at one rate, and from some day at another. */
export const changedRate: Shape = (plan) => {
  const { dice, days, base, growth } = plan;
  const last = Math.min(days, 1_095);
  const turns = Array.from({ length: dice.wholeBetween(1, 2) }, () => dice.between(0, last)).sort((a, b) => a - b);
  const rates = [growth, ...turns.map(() => growth * dice.scaleBetween(0.2, 5))];
  const spread = dice.between(0, 1);
  return accumulate({
    base,
    changes: daily(days, (day) => {
      const rate = rates[turns.filter((turn) => turn <= day).length] ?? growth;
      return rate * (1 + spread * dice.normal());
    }),
  });
};

/** Mean 0, deviation about 1; one day in twenty is far out. */
function heavyTailed({ dice }: Pick<Plan, 'dice'>): number {
  return dice.normal() * (dice.chance(0.05) ? 3.5 : 0.7);
}
