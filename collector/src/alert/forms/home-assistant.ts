import { createHash } from 'node:crypto';
import { toPlainText } from '@trimtab/protocol/shared';
import type { Alert, AlertRule, Notice } from '../../model/alert.ts';
import type { MqttMessage } from '../../model/outgoing.ts';
import type { PoolLevel } from '../../model/pool-level.ts';
import { toNoticeDocument } from './notice-document.ts';

/**
 * home-assistant.io/integrations/mqtt, “MQTT discovery”: a retained document for each thing that there is, below
 * `DISCOVERY/KIND/ID/config`. A pool has one `binary_sensor` for each rule of pools (ON: it is so), and two sensors.
 */
export interface MqttPlace {
  /** Below which all of this host is told: `trimtab/host-1`. */
  readonly base: string;
  readonly discovery: string;
  readonly host: string;
  readonly version: string;
  /** Of which there are sensors: nothing is said of the others here. Null: of all. */
  readonly rules: readonly AlertRule[] | null;
}

export const POOL_RULES = ['pool-filling', 'pool-full', 'metadata-full', 'overcommit'] as const;
type PoolRule = (typeof POOL_RULES)[number];

const NAMES: Readonly<Record<PoolRule, string>> = {
  'pool-filling': 'filling',
  'pool-full': 'nearly full',
  'metadata-full': 'metadata nearly full',
  overcommit: 'overcommitted',
};

/** Told at least every minute; what is not is `unavailable` after this. */
const EXPIRES_AFTER_S = 300;

export function toAvailability({ base }: Pick<MqttPlace, 'base'>, payload: 'online' | 'offline'): MqttMessage {
  return { topic: availabilityOf(base), payload, retain: true, once: false };
}

/** The notice for automations, and of a rule of pools how it stands now. */
export function toNoticeMessages(place: MqttPlace, notice: Notice): readonly MqttMessage[] {
  const document = JSON.stringify(toNoticeDocument(notice));
  const told: MqttMessage = { topic: `${place.base}/notice`, payload: document, retain: false, once: false };
  const { rule, subject } = notice.alert;
  if (notice.event === 'test' || !isPoolRule(rule)) return [told];
  const alert = notice.event === 'end' ? null : notice.alert;
  return [told, ...toRuleMessages({ place, pool: subject, rule, alert })];
}

/** All of it, as it is now. */
export function toStandingMessages(
  place: MqttPlace,
  { alerts, pools }: { readonly alerts: readonly Alert[]; readonly pools: readonly PoolLevel[] },
): readonly MqttMessage[] {
  const standing = new Map(alerts.map((alert) => [keyOf(alert), alert]));
  const known = pools.flatMap(({ pool, hasMetadata }) =>
    POOL_RULES.filter((rule) => isTold(place, rule) && (hasMetadata || rule !== 'metadata-full')).map((rule) => ({
      pool,
      rule,
    })),
  );
  // From before its rules were what they are.
  const outdated = pools.flatMap(({ pool }) =>
    POOL_RULES.filter((rule) => !isTold(place, rule)).map((rule) => toRemoval(place, { pool, rule })),
  );
  const keys = new Set(known.map(({ pool, rule }) => keyOf({ subject: pool, rule })));
  // A pool that nobody sees at the moment may have an alert.
  const others = alerts.flatMap((alert) =>
    isPoolRule(alert.rule) && !keys.has(keyOf(alert)) ? [{ pool: alert.subject, rule: alert.rule }] : [],
  );
  return [
    ...outdated,
    ...[...known, ...others].flatMap(({ pool, rule }) =>
      toRuleMessages({ place, pool, rule, alert: standing.get(keyOf({ subject: pool, rule })) ?? null }),
    ),
    ...pools.flatMap((level) => toLevelMessages(place, level)),
  ];
}

function toRuleMessages({
  place,
  pool,
  rule,
  alert,
}: {
  place: MqttPlace;
  pool: string;
  rule: PoolRule;
  /** Null: it is not so. */
  alert: Alert | null;
}): readonly MqttMessage[] {
  const topic = `${place.base}/pool/${slugOf(pool)}/${rule}`;
  const about = alert === null ? {} : { severity: alert.severity, sentence: alert.sentence, hint: alert.hint };
  const attributes = { pool, rule, ...about, ...alert?.values };
  return [
    toConfig(place, {
      kind: 'binary_sensor',
      id: sensorOf({ pool, rule }),
      name: `${toPlainText(pool)} ${NAMES[rule]}`,
      topic,
      more: { device_class: 'problem', payload_on: 'ON', payload_off: 'OFF', json_attributes_topic: `${topic}/about` },
    }),
    { topic, payload: alert === null ? 'OFF' : 'ON', retain: true, once: false },
    { topic: `${topic}/about`, payload: plainJson(attributes), retain: true, once: false },
  ];
}

function isTold({ rules }: MqttPlace, rule: PoolRule): boolean {
  return rules?.includes(rule) ?? true;
}

/** “Removing a device or component”: an empty document in the place of the retained one. */
function toRemoval(place: MqttPlace, sensor: { readonly pool: string; readonly rule: PoolRule }): MqttMessage {
  const { topic } = toDiscovery(place, { kind: 'binary_sensor', id: sensorOf(sensor) });
  return { topic, payload: '', retain: true, once: true };
}

function sensorOf({ pool, rule }: { readonly pool: string; readonly rule: PoolRule }): string {
  return `${slugOf(pool)}_${rule}`;
}

function toLevelMessages(place: MqttPlace, { pool, freeShare, daysUntilFull }: PoolLevel): readonly MqttMessage[] {
  const topic = `${place.base}/pool/${slugOf(pool)}`;
  const common = { state_class: 'measurement', expire_after: EXPIRES_AFTER_S };
  return [
    toConfig(place, {
      kind: 'sensor',
      id: `${slugOf(pool)}_free`,
      name: `${toPlainText(pool)} free`,
      topic: `${topic}/free`,
      more: { ...common, unit_of_measurement: '%' },
    }),
    toState({ topic: `${topic}/free`, value: freeShare === null ? null : freeShare * 100 }),
    toConfig(place, {
      kind: 'sensor',
      id: `${slugOf(pool)}_days-until-full`,
      name: `${toPlainText(pool)} days until full`,
      topic: `${topic}/days-until-full`,
      more: { ...common, unit_of_measurement: 'd', device_class: 'duration' },
    }),
    toState({ topic: `${topic}/days-until-full`, value: daysUntilFull }),
  ];
}

/** `None` is what Home Assistant takes for `unknown`. */
function toState({ topic, value }: { readonly topic: string; readonly value: number | null }): MqttMessage {
  return { topic, payload: value === null ? 'None' : String(Math.round(value * 10) / 10), retain: true, once: false };
}

function toConfig(
  place: MqttPlace,
  entity: {
    readonly kind: 'binary_sensor' | 'sensor';
    readonly id: string;
    readonly name: string;
    readonly topic: string;
    readonly more: Readonly<Record<string, unknown>>;
  },
): MqttMessage {
  const { base, host, version } = place;
  const { node, unique, topic } = toDiscovery(place, entity);
  const config = {
    name: entity.name,
    unique_id: unique,
    state_topic: entity.topic,
    availability_topic: availabilityOf(base),
    ...entity.more,
    device: { identifiers: [node], name: `Trimtab on ${toPlainText(host)}`, manufacturer: 'Trimtab' },
    origin: { name: 'Trimtab', sw_version: version },
  };
  return { topic, payload: JSON.stringify(config), retain: true, once: true };
}

function toDiscovery(
  { host, discovery }: MqttPlace,
  { kind, id }: { readonly kind: 'binary_sensor' | 'sensor'; readonly id: string },
) {
  const node = `trimtab_${slugOf(host)}`;
  const unique = `${node}_${id}`;
  return { node, unique, topic: `${discovery}/${kind}/${unique}/config` };
}

function availabilityOf(base: string): string {
  return `${base}/availability`;
}

/** Of letters that a topic and an id of Home Assistant may have, and of one pool alone. */
export function slugOf(text: string): string {
  const readable = text.replaceAll(/[^a-zA-Z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
  return `${readable.slice(0, LONGEST_SLUG)}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}

export const LONGEST_SLUG = 40;

function keyOf({ subject, rule }: Pick<Alert, 'subject' | 'rule'>): string {
  return JSON.stringify([rule, subject]);
}

function isPoolRule(rule: AlertRule): rule is PoolRule {
  return (POOL_RULES as readonly AlertRule[]).includes(rule);
}

function plainJson(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'string' ? toPlainText(each) : each));
}
