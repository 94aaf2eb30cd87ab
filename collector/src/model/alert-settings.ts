import {
  countSetting,
  type Described,
  durationSetting,
  type Setting,
  type Settings,
  sizeSetting,
} from '@trimtab/protocol/shared';

/** At which marks an alert starts: keys of the collector's settings. Shares and ratios are in percent. */
export const ALERT_SETTINGS = {
  alertDays: daysSetting({
    describe: 'An alert tells of a pool that is likely to be full within so many days: 7, 30 or 90',
    placeholder: 'DAYS',
    example: '30',
    default: 30,
  }),
  alertProbability: percentSetting({
    describe: 'How likely that must be, in percent',
    placeholder: 'PERCENT',
    example: '50',
    default: 50,
  }),
  alertFree: percentSetting({
    describe: 'And how little of the pool must be free, in percent; so also for overcommit',
    placeholder: 'PERCENT',
    example: '25',
    default: 25,
  }),
  alertFull: percentSetting({
    describe: 'An alert tells of a pool of which so much is used, in percent',
    placeholder: 'PERCENT',
    example: '95',
    default: 95,
  }),
  alertMetadata: percentSetting({
    describe: 'An alert tells of a thin pool of whose metadata so much is used, in percent',
    placeholder: 'PERCENT',
    example: '80',
    default: 80,
  }),
  alertOvercommit: countSetting({
    describe:
      'An alert tells of a pool whose images may grow to so much of its size, in percent, and that has little free',
    placeholder: 'PERCENT',
    example: '200',
    default: 200,
    least: 100,
    most: 100_000,
  }),
  alertTrims: countSetting({
    describe: 'An alert tells of a disk of which so many trims, one after the other, gave nothing back',
    placeholder: 'COUNT',
    example: '2',
    default: 2,
    least: 1,
    most: 20,
  }),
  alertSlack: sizeSetting({
    describe:
      'An alert tells of a guest whose images hold so much that it does not use, and a quarter of what they take',
    placeholder: 'SIZE',
    example: '32GiB',
    default: '32GiB',
  }),
  alertSlackAfter: durationSetting({
    describe: 'And for so long; longer than from one trim of it to the next',
    placeholder: 'TIME',
    example: '8d',
    default: '8d',
  }),
  alertAway: durationSetting({
    describe: 'An alert tells of a guest that runs and whose agent has not been heard for so long',
    placeholder: 'TIME',
    example: '1h',
    default: '1h',
  }),
  alertReminder: durationSetting({
    describe: 'How often an alert that goes on is told again; 0s: never',
    placeholder: 'TIME',
    example: '24h',
    default: '24h',
  }),
};

export type AlertSettings = Settings<typeof ALERT_SETTINGS>;

/** What a forecast tells a probability for. */
function daysSetting(described: Described & { default: number }): Setting<7 | 30 | 90> {
  return {
    ...described,
    parse: (raw) => {
      const days = typeof raw === 'string' ? Number(raw) : raw;
      if (days === 7 || days === 30 || days === 90) return days;
      throw new Error(`${JSON.stringify(raw)} is not 7, 30 or 90`);
    },
  };
}

function percentSetting(described: Described & { default: number }): Setting<number> {
  return countSetting({ ...described, least: 1, most: 99 });
}
