import { resolveSettings } from '@trimtab/protocol/shared';
import { describe, expect, it } from 'vitest';
import type { AlertFacts } from '../../../collector/src/alert/facts.ts';
import { RULES, readRules } from '../../../collector/src/alert/rules.ts';
import { ALERT_RULES, type AlertRule } from '../../../collector/src/model/alert.ts';
import { SETTINGS } from '../../../collector/src/settings.ts';
import { ALERT_SETTINGS, aForecast, aGuest, aPool, aTrim, factsOf, GIB } from './alert-facts.ts';

/** Where the rule stands with its one subject, and `critical` where it is that; `-` where it says nothing. */
function standOf(rule: AlertRule, facts: AlertFacts): string {
  const [reading] = RULES[rule].read(facts, ALERT_SETTINGS);
  if (reading === undefined) return '-';
  return reading.severity === 'critical' && rule !== 'pool-full' ? `${reading.stands}, critical` : reading.stands;
}

const pool = (given: Parameters<typeof aPool>[0]) => factsOf({ pools: [aPool(given)] });
const forecast = (within: readonly [number, number] | null, freePercent: number) =>
  factsOf({
    pools: [aPool({ freePercent })],
    forecasts: new Map([
      ['/srv', aForecast({ within: within === null ? null : { '7': within[0], '30': within[1], '90': 1 } })],
    ]),
  });
const metadata = (usedBytes: number) => pool({ key: 'vg/pool', metadata: { sizeBytes: 100, usedBytes } });
const guest = (given: Parameters<typeof aGuest>[0]) => factsOf({ guests: [aGuest(given)] });
const slack = (leastBytes: number, { of: allocationBytes }: { of: number }) =>
  guest({ slack: { leastBytes, allocationBytes } });
const DAYS_UNKNOWN = null;

const CASES: readonly [AlertRule, string, AlertFacts, string][] = [
  ['pool-filling', 'likely, and little free', forecast([0, 0.5], 25), 'over'],
  ['pool-filling', 'likely within the week', forecast([0.5, 0.9], 10), 'over, critical'],
  ['pool-filling', 'likely, and much free: a line alone', forecast([0, 0.9], 31), 'under'],
  ['pool-filling', 'likely, and a little more free', forecast([0, 0.9], 28), 'between'],
  ['pool-filling', 'little free, and not likely', forecast([0, 0.2], 10), 'under'],
  ['pool-filling', 'less likely than its mark', forecast([0, 0.3], 10), 'between'],
  ['pool-filling', 'likely, and full already: that is told as pool-full', forecast([1, 1], 4), 'between, critical'],
  ['pool-filling', 'not enough days', forecast(DAYS_UNKNOWN, 1), '-'],
  ['pool-filling', 'without a forecast', pool({ freePercent: 1 }), '-'],
  ['pool-full', '95 % used', pool({ freePercent: 5 }), 'over'],
  ['pool-full', '94.9 % used', pool({ freePercent: 5.1 }), 'between'],
  ['pool-full', '92.9 % used', pool({ freePercent: 7.1 }), 'under'],
  ['pool-full', 'a pool of no size', pool({ sizeBytes: 0, freeBytes: 0 }), '-'],
  ['metadata-full', 'of a pool without', pool({}), '-'],
  ['metadata-full', '79 %', metadata(79), 'between'],
  ['metadata-full', '80 %', metadata(80), 'over'],
  ['metadata-full', '90 %', metadata(90), 'over, critical'],
  ['metadata-full', '74 %', metadata(74), 'under'],
  ['overcommit', 'a ratio alone', pool({ overcommit: 9, freePercent: 60 }), 'under'],
  ['overcommit', 'little free alone', pool({ overcommit: 1.2, freePercent: 5 }), 'under'],
  ['overcommit', 'both', pool({ overcommit: 2, freePercent: 25 }), 'over'],
  ['overcommit', 'a ratio a little below', pool({ overcommit: 1.95, freePercent: 5 }), 'between'],
  ['trims-without-effect', 'no trim that says something', guest({ trims: [] }), '-'],
  ['trims-without-effect', 'the last two lost', guest({ trims: [aTrim('lost'), aTrim('lost')] }), 'over'],
  ['trims-without-effect', 'lost, then held', guest({ trims: [aTrim('held'), aTrim('lost')] }), 'over'],
  ['trims-without-effect', 'only the last', guest({ trims: [aTrim('lost'), aTrim('reclaimed')] }), 'between'],
  ['trims-without-effect', 'the last was good', guest({ trims: [aTrim('reclaimed'), aTrim('lost')] }), 'under'],
  [
    'trims-without-effect',
    'each time another disk',
    guest({ trims: [aTrim('lost', 'reclaimed'), aTrim('reclaimed', 'lost')] }),
    'between',
  ],
  [
    'trims-without-effect',
    'one disk of two',
    guest({ trims: [aTrim('reclaimed', 'lost'), aTrim('reclaimed', 'held')] }),
    'over',
  ],
  [
    'trims-without-effect',
    'a disk that is gone',
    guest({ trims: [aTrim('reclaimed'), aTrim('reclaimed', 'lost'), aTrim('reclaimed', 'lost')] }),
    'under',
  ],
  ['slack', 'nobody can tell', guest({ slack: null }), '-'],
  ['slack', 'much, and a quarter', slack(32 * GIB, { of: 128 * GIB }), 'over'],
  ['slack', 'much of very much', slack(40 * GIB, { of: 1000 * GIB }), 'under'],
  ['slack', 'all of little', slack(10 * GIB, { of: 10 * GIB }), 'under'],
  ['slack', 'a little less', slack(30 * GIB, { of: 64 * GIB }), 'between'],
  ['guest-away', 'away', guest({ isAway: true }), 'over'],
  ['guest-away', 'here', guest({ isAway: false }), 'under'],
  ['guests-held', 'one', factsOf({ held: [{ hostname: 'web' }] }), 'over'],
  ['guests-held', 'none', factsOf({ held: [] }), 'under'],
];

describe('a rule', () => {
  it.each(CASES)('%s: %s', (rule, _, facts, expected) => expect(standOf(rule, facts)).toBe(expected));

  it('each has a case where it says that it is so', () => {
    const over = CASES.filter(([, , , expected]) => expected.startsWith('over')).map(([rule]) => rule);
    expect([...new Set(over)].toSorted()).toEqual(ALERT_RULES.toSorted());
  });
});

it('what nobody could read has no reading', () => {
  expect(readRules(factsOf({ pools: null, guests: null, held: null }), ALERT_SETTINGS)).toEqual([]);
});

it('the marks are those of the settings', () => {
  const settings = resolveSettings(SETTINGS, { flags: {}, environment: {}, environmentPrefix: 'TRIMTAB_', file: null });
  expect(settings).toMatchObject(ALERT_SETTINGS);
  const full = { ...ALERT_SETTINGS, alertFull: 40 };
  expect(RULES['pool-full'].read(pool({ freePercent: 50 }), full)[0]?.stands).toBe('over');
});

it('every sentence says what is so in words and figures, and every hint what to do', () => {
  const readings = [
    ...readRules(forecast([0.1, 0.62], 9), ALERT_SETTINGS).filter(({ rule }) => rule === 'pool-filling'),
    ...readRules(
      pool({
        key: 'vg/pool',
        kind: 'lvm-thin',
        freePercent: 4,
        overcommit: 3.2,
        capacityBytes: 320 * GIB,
        metadata: { sizeBytes: 100 * 1024 ** 2, usedBytes: 85 * 1024 ** 2 },
      }),
      ALERT_SETTINGS,
    ),
    ...readRules(
      guest({
        name: "it's",
        isAway: true,
        trims: [aTrim('lost'), aTrim('lost')],
        slack: { leastBytes: 48 * GIB, allocationBytes: 80 * GIB },
      }),
      ALERT_SETTINGS,
    ),
    ...RULES['guests-held'].read(
      factsOf({ held: ['web', 'debian', 'a', 'b'].map((hostname) => ({ hostname })) }),
      ALERT_SETTINGS,
    ),
  ];
  expect(
    Object.fromEntries(readings.map(({ rule, sentence, hint }) => [rule, [sentence, hint]])),
  ).toMatchInlineSnapshot(`
    {
      "guest-away": [
        "it's runs, and its agent has not been heard since 2026-11-27 06:00 UTC.",
        "See in the guest whether trimtab-agent runs; its log says why it does not reach this host. If it was taken away for good: trimtab forget 'it'\\''s'",
      ],
      "guests-held": [
        "4 guests are held until a person decides: web, debian, a, and 1 more.",
        "\`trimtab guests\` says why, and which command lets each in or dismisses it.",
      ],
      "metadata-full": [
        "The metadata of vg/pool (100 MiB) are 85 % full; without room for them it stops, whatever room its data has.",
        "lvextend --poolmetadatasize +52M vg/pool",
      ],
      "overcommit": [
        "The images in vg/pool may grow to 320 GiB, 3.2 times its size, and only 4 % of it is free.",
        "Add storage, move a guest away, or trim: trimtab doctor says what could come back.",
      ],
      "pool-filling": [
        "/srv will be full within 30 days with a probability of 62 %, and as likely as not by 2026-12-14; now 9.0 GiB of 100 GiB are free.",
        "Add storage, move a guest away, or trim: trimtab doctor says what could come back.",
      ],
      "pool-full": [
        "vg/pool is 96 % full, and 4.0 GiB are free. Once it is full: ENOSPC: QEMU pauses the guest.",
        "Trim what gives most back (trimtab doctor says what), move a guest away, or add storage.",
      ],
      "slack": [
        "The images of it's hold at least 48.0 GiB that it does not use, 60 % of what they take.",
        "trimtab trim 'it'\\''s' may bring it back; trimtab doctor 'it'\\''s' says what keeps it.",
      ],
      "trims-without-effect": [
        "The last 2 trims of it's gave nothing back: sda (lost at passed).",
        "trimtab doctor 'it'\\''s' says why, and what mends it.",
      ],
    }
  `);
});
