import { accumulate, daily, driftingNoise, type Plan, randomDays, type Shape } from './shape.ts';

/** The same every day, and what comes and goes within one. */
export const linear: Shape = ({ dice, days, base, growth }) => {
  const rough = base * dice.scaleBetween([0.000_01, 0.003]);
  return daily(days, (day) => base + growth * (day + 1) + rough * dice.normal());
};

/** Up on five days of the week and down on two, or the other way round: backups, builds, clean-ups on Sundays. */
export const weekly: Shape = ({ dice, days, base, growth }) => {
  const firstWeekday = dice.wholeBetween([0, 6]);
  const swing = base * dice.scaleBetween([0.005, 0.06]) * dice.oneOf([1, 1, -1]);
  const rough = base * dice.scaleBetween([0.000_1, 0.003]);
  const changes = daily(days, (day) => growth + ((day + firstWeekday) % 7 < 5 ? swing / 5 : -swing / 2));
  return accumulate({ base, changes }).map((level) => level + rough * dice.normal());
};

/** A walk, some of whose steps are far; or a line with noise that lasts some days. */
export const noisy: Shape = (plan) => {
  const { dice, days, base, growth } = plan;
  if (dice.chance(0.5)) {
    const spread = base * dice.scaleBetween([0.001, 0.01]);
    return accumulate({ base, changes: daily(days, () => growth + spread * heavyTailed(plan)) });
  }
  const noise = driftingNoise({ dice, days, deviation: base * dice.scaleBetween([0.005, 0.05]) });
  return noise.map((value, day) => base + growth * (day + 1) + value);
};

/** A line, and what is written at once and gone some days later: a copy, a log, an upgrade. */
export const bursts: Shape = ({ dice, days, base, growth }) => {
  const rough = base * dice.scaleBetween([0.000_01, 0.003]);
  const levels = daily(days, (day) => base + growth * (day + 1) + rough * dice.normal());
  for (const first of randomDays({ dice, days, everyDays: dice.scaleBetween([10, 90]) })) {
    const height = base * dice.scaleBetween([0.01, 0.1]);
    const last = first + dice.wholeBetween([0, 9]);
    for (let day = first; day <= last && day < days; day += 1) levels[day] = (levels[day] ?? 0) + height;
  }
  return levels;
};

/** It grows at one rate, and from some day at another. */
export const changedRate: Shape = (plan) => {
  const { dice, days, base, growth } = plan;
  const last = Math.min(days, 1_095);
  const turns = Array.from({ length: dice.wholeBetween([1, 2]) }, () => dice.between([0, last])).sort((a, b) => a - b);
  const rates = [growth, ...turns.map(() => growth * dice.scaleBetween([0.2, 5]))];
  const spread = dice.between([0, 1]);
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
