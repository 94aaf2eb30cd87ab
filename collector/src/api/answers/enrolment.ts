import * as v from 'valibot';
import { SCOPES } from '../../model/api-scope.ts';
import type { AskedBy } from '../../model/asked-by.ts';
import { DEED_KINDS, type Deed } from '../../model/deed.ts';
import type {
  ApiTokenMade,
  ApiTokenRow,
  ApiTokensView,
  DeedsView,
  Enrolled,
  EnrolmentRow,
  EnrolmentsView,
  GuestKeysDone,
  HeldRow,
  HostKeyRow,
  HostKeysView,
  Renamed,
} from '../../model/enrolment.ts';
import { findingSchema } from './host.ts';
import { listOf, maybeText, objectOf, unionOf } from './schema-of.ts';

type Of<Kind extends AskedBy['kind']> = Extract<AskedBy, { readonly kind: Kind }>;

export const askedBySchema = unionOf<AskedBy>()('kind', [
  objectOf<Of<'socket'>>()({ kind: v.literal('socket') }),
  objectOf<Of<'token'>>()({ kind: v.literal('token'), name: v.string() }),
  objectOf<Of<'enrolment'>>()({ kind: v.literal('enrolment'), id: v.string() }),
  objectOf<Of<'trimtab'>>()({ kind: v.literal('trimtab') }),
  objectOf<Of<'network'>>()({ kind: v.literal('network') }),
]);

const enrolmentEntries = {
  id: v.string(),
  guest: maybeText,
  mostUses: v.number(),
  uses: v.number(),
  madeAt: v.string(),
  expiresAt: v.string(),
  madeBy: askedBySchema,
};

export const enrolmentSchema = objectOf<EnrolmentRow>()(enrolmentEntries);

export const enrolledSchema = objectOf<Enrolled>()({
  ...enrolmentEntries,
  token: v.string(),
  command: v.string(),
  addresses: listOf(v.string()),
  pin: v.string(),
  findings: listOf(findingSchema),
});

export const enrolmentsSchema = objectOf<EnrolmentsView>()({
  takenAt: v.string(),
  enrolments: listOf(enrolmentSchema),
});

export const heldSchema = objectOf<HeldRow>()({
  id: v.string(),
  hostname: v.string(),
  productUuid: maybeText,
  machineId: maybeText,
  address: v.string(),
  keyOf: maybeText,
  reason: v.string(),
  firstAt: v.string(),
  lastAt: v.string(),
  approvedBy: v.nullable(askedBySchema),
  approvedName: maybeText,
});

export const guestKeysDoneSchema = objectOf<GuestKeysDone>()({
  guest: v.string(),
  guestId: v.string(),
  keys: v.number(),
});

export const renamedSchema = objectOf<Renamed>()({ guestId: v.string(), was: v.string(), name: v.string() });

export const hostKeysSchema = objectOf<HostKeysView>()({
  takenAt: v.string(),
  keys: listOf(
    objectOf<HostKeyRow>()({
      pin: v.string(),
      owner: v.picklist(['operator', 'own']),
      madeAt: maybeText,
      until: maybeText,
      knownBy: v.number(),
    }),
  ),
  guests: v.number(),
});

const apiTokenEntries = {
  name: v.string(),
  scope: v.picklist(SCOPES),
  madeAt: v.string(),
  madeBy: askedBySchema,
  expiresAt: maybeText,
};

export const apiTokenSchema = objectOf<ApiTokenRow>()(apiTokenEntries);

export const apiTokenMadeSchema = objectOf<ApiTokenMade>()({ ...apiTokenEntries, token: v.string() });

export const apiTokensSchema = objectOf<ApiTokensView>()({ takenAt: v.string(), tokens: listOf(apiTokenSchema) });

export const deedsSchema = objectOf<DeedsView>()({
  takenAt: v.string(),
  deeds: listOf(
    objectOf<Deed>()({
      kind: v.picklist(DEED_KINDS),
      at: v.string(),
      askedBy: askedBySchema,
      subject: v.string(),
      outcome: maybeText,
    }),
  ),
});
