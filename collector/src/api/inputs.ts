import { LIST_LIMIT, NAME_LIMIT, PATH_LIMIT, requestIdSchema } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import { SCOPES } from '../model/api-scope.ts';
import { DEEDS_KEPT } from '../model/deed.ts';
import {
  API_TOKEN_NAME,
  DEFAULT_OVERLAP_MS,
  DEFAULT_TTL_MS,
  LONGEST_OVERLAP_MS,
  LONGEST_TTL_MS,
  MOST_USES,
  SHORTEST_TTL_MS,
} from '../model/enrolment.ts';
import { DEFAULT_SINCE, isSince } from '../model/report-since.ts';
import { LONGEST_SILENCE_MS, WORDS_LIMIT } from '../model/silence.ts';
import { TRIMS_KEPT } from '../model/trim-result.ts';

const DEFAULT_HISTORY = 50;

const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(NAME_LIMIT));
const mount = v.pipe(v.string(), v.regex(/^\/[^\0]*$/, 'a mount is an absolute path'), v.maxLength(PATH_LIMIT));
const guestOrAll = v.optional(v.nullable(name), null);

const wholeNumber = (digits: number) =>
  v.pipe(v.string(), v.regex(new RegExp(`^\\d{1,${digits}}$`), 'not a whole number'), v.transform(Number));

const yesOrNo = v.pipe(
  v.picklist(['true', 'false']),
  v.transform((word) => word === 'true'),
);

export const statusQuery = {
  schema: v.strictObject({ now: v.optional(yesOrNo, 'false') }),
  example: '/v1/status?now=true',
};

export const guestsQuery = {
  schema: v.strictObject({ inventories: v.optional(yesOrNo, 'true') }),
  example: '/v1/guests?inventories=false',
};

export const doctorQuery = {
  schema: v.strictObject({ guest: guestOrAll }),
  example: '/v1/doctor?guest=web-1',
};

export const reportQuery = {
  schema: v.strictObject({
    since: v.optional(v.pipe(v.string(), v.check(isSince, 'not a number of days, and no day')), DEFAULT_SINCE),
  }),
  example: '/v1/report?since=30d, or since=2026-11-01 (UTC)',
};

export const historyQuery = {
  schema: v.strictObject({
    guest: guestOrAll,
    limit: v.optional(v.pipe(wholeNumber(4), v.minValue(1), v.maxValue(TRIMS_KEPT)), String(DEFAULT_HISTORY)),
    before: v.optional(v.nullable(wholeNumber(15)), null),
  }),
  example: `/v1/trims?guest=web-1&limit=20 (limit from 1 to ${TRIMS_KEPT}; before: the older of the page before)`,
};

export const forecastsQuery = {
  schema: v.pipe(
    v.strictObject({
      /** The key of a pool. */
      pool: v.optional(v.nullable(v.pipe(v.string(), v.nonEmpty(), v.maxLength(PATH_LIMIT))), null),
      /** Bytes. */
      add: v.optional(v.nullable(v.pipe(wholeNumber(16), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER))), null),
      without: v.optional(v.nullable(name), null),
    }),
    v.check(
      ({ pool, add, without }) => pool !== null || (add === null && without === null),
      'add and without need pool',
    ),
  ),
  example: '/v1/forecasts?pool=/var/lib/libvirt/images&add=536870912000&without=web-1',
};

export const eventsQuery = {
  /** Only events with a higher number: that of the last one seen. */
  schema: v.strictObject({ after: v.optional(wholeNumber(15), '0') }),
  example: '/v1/requests/ID/events?after=7',
};

export const requestBody = {
  schema: v.strictObject({
    guest: name,
    mounts: v.optional(v.nullable(v.pipe(v.array(mount), v.minLength(1), v.maxLength(LIST_LIMIT))), null),
    evenIfTainted: v.exactOptional(v.boolean()),
  }),
  example: '{"guest": "web-1", "mounts": ["/home"]}; mounts null or left out means all.',
};

/** Of those that are named. Ids of so many fit into a body, and who means more means all. */
export const MOST_NAMED = 1000;

export const requestsBody = {
  schema: v.strictObject({
    guests: v.nullable(v.pipe(v.array(name), v.minLength(1), v.maxLength(MOST_NAMED))),
    mounts: requestBody.schema.entries.mounts,
    evenIfTainted: v.exactOptional(v.boolean()),
  }),
  example: '{"guests": ["web-1", "web-2"]}; guests null means all, and mounts null or left out all that they have.',
};

export const forgetBody = {
  schema: v.strictObject({ guest: name, dryRun: v.optional(v.boolean(), false) }),
  example: '{"guest": "web-1", "dryRun": true}',
};

export const repairBody = {
  schema: v.strictObject({
    guest: name,
    /** A name, or the path of an image. */
    disk: v.pipe(v.string(), v.nonEmpty(), v.maxLength(PATH_LIMIT)),
    evenIfTainted: v.optional(v.boolean(), false),
  }),
  example: '{"guest": "web-1", "disk": "sda", "evenIfTainted": false}',
};

const timeToLive = v.pipe(v.number(), v.integer(), v.minValue(SHORTEST_TTL_MS), v.maxValue(LONGEST_TTL_MS));

export const enrollBody = {
  schema: v.pipe(
    v.strictObject({
      guest: guestOrAll,
      ttlMs: v.optional(timeToLive, DEFAULT_TTL_MS),
      uses: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_USES)), 1),
    }),
    v.check(({ guest, uses }) => guest === null || uses === 1, 'a token for a named guest lets in one'),
  ),
  example: '{"guest": "web-1", "ttlMs": 3600000}; without a guest {"uses": 20}, for so many',
};

/** As `trimtab enroll --list` and `trimtab guests` show it. */
const shownId = v.pipe(v.string(), v.nonEmpty(), v.maxLength(NAME_LIMIT));

export const withdrawBody = { schema: v.strictObject({ id: shownId }), example: '{"id": "3f2a91c0"}' };

export const approveBody = {
  schema: v.strictObject({ held: shownId, name: guestOrAll }),
  example: '{"held": "3f2a91c0", "name": "web-2"}; name null or left out: as it would be called',
};

export const dismissBody = { schema: v.strictObject({ held: shownId }), example: '{"held": "3f2a91c0"}' };

export const guestBody = { schema: v.strictObject({ guest: name }), example: '{"guest": "web-1"}' };

export const renameBody = {
  schema: v.strictObject({ guest: name, name }),
  example: '{"guest": "web-1", "name": "shop-1"}',
};

export const rotateBody = {
  schema: v.strictObject({
    overlapMs: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LONGEST_OVERLAP_MS)),
      DEFAULT_OVERLAP_MS,
    ),
  }),
  example: '{"overlapMs": 2592000000}',
};

const tokenName = v.pipe(v.string(), v.regex(API_TOKEN_NAME, 'letters, digits and . _ @ -, 64 at the most'));

export const createTokenBody = {
  schema: v.strictObject({
    name: tokenName,
    scope: v.picklist(SCOPES),
    ttlMs: v.optional(v.nullable(timeToLive), null),
  }),
  example: '{"name": "dashboard", "scope": "read", "ttlMs": null}; scope is read, trim or admin',
};

export const revokeTokenBody = { schema: v.strictObject({ name: tokenName }), example: '{"name": "dashboard"}' };

export const deedsQuery = {
  schema: v.strictObject({
    limit: v.optional(v.pipe(wholeNumber(4), v.minValue(1), v.maxValue(DEEDS_KEPT)), String(DEFAULT_HISTORY)),
  }),
  example: `/v1/deeds?limit=20 (limit from 1 to ${DEEDS_KEPT})`,
};

/** What somebody says of themselves, or of why. */
const words = v.optional(v.nullable(v.pipe(v.string(), v.maxLength(WORDS_LIMIT))), null);

export const alertsQuery = {
  schema: v.strictObject({ all: v.optional(yesOrNo, 'false') }),
  example: '/v1/alerts?all=true',
};

export const silenceBody = {
  schema: v.strictObject({
    pattern: v.pipe(v.string(), v.nonEmpty(), v.maxLength(PATH_LIMIT)),
    forMs: v.pipe(v.number(), v.integer(), v.minValue(1_000), v.maxValue(LONGEST_SILENCE_MS)),
    by: words,
    comment: words,
  }),
  example: '{"pattern": "pool-full:/srv/*", "forMs": 7200000, "comment": "the new disks come today"}',
};

export const unsilenceBody = {
  schema: v.strictObject({ silence: v.pipe(v.string(), v.nonEmpty(), v.maxLength(PATH_LIMIT)) }),
  example: '{"silence": "pool-full:/srv/*"}, its pattern; or its id, or eight digits that it begins with',
};

/** Enough that two of a host hardly ever begin alike; `trimtab history` shows so much of an id. */
const idBeginning = v.pipe(v.string(), v.toLowerCase(), v.regex(/^[0-9a-f]{8}[0-9a-f-]{0,28}$/));

export const acknowledgeBody = {
  schema: v.strictObject({ id: idBeginning, by: words, comment: words }),
  example: '{"id": "3f2a91c0", "comment": "disks are ordered"}',
};

export const testBody = {
  schema: v.strictObject({ to: guestOrAll }),
  example: '{"to": "oncall"}; null or left out means all.',
};

export const trimPath = { schema: v.object({ id: idBeginning }), unknown: unknownTrim };

export const requestPath = { schema: v.object({ id: requestIdSchema }), unknown: unknownRequest };

export function unknownTrim(id: string): Fault {
  return new Fault({
    code: 'unknown-trim',
    operation: 'find a trim',
    subject: id,
    cause: 'no trim with this id is stored',
    hint: '`trimtab history` shows how they begin, with --json whole.',
  });
}

function unknownRequest(id: string): Fault {
  return new Fault({
    code: 'unknown-request',
    operation: 'find a request',
    subject: id,
    cause: 'the id of a request is a UUID, and this is not one',
    hint: 'POST /v1/requests answers with the id.',
  });
}
