import { randomBytes } from 'node:crypto';
import { toReason } from '@trimtab/protocol/shared';
import { createEnrolment } from '../conduct/enroll/enrolment.ts';
import type { EnrolmentDeps } from '../conduct/enroll/enrolment-deps.ts';
import type { Trims } from '../conduct/trims/trims.ts';
import { verifySignature } from '../io/signatures.ts';
import type { HostKeyRing } from '../ports/host-keys.ts';
import type { CollectorSettings } from '../settings.ts';

/** Who is let in: by keys, by tokens, by channels, or by a word, where the settings say so. */
export function composeEnrolment({
  trims,
  settings: { acceptUnenrolled },
  ...deps
}: Pick<EnrolmentDeps, 'clock' | 'log' | 'survey' | 'store' | 'links' | 'addresses'> & {
  readonly hostKeys: HostKeyRing;
  readonly trims: Pick<Trims, 'forgetGuest'>;
  readonly settings: Pick<CollectorSettings, 'acceptUnenrolled'>;
}) {
  const { log } = deps;
  const enrolment = createEnrolment({
    ...deps,
    verify: verifySignature,
    random: () => randomBytes(32),
    acceptUnenrolled,
    release(forgotten) {
      for (const id of forgotten)
        trims.forgetGuest(id).catch((error) => log.error({ guestId: id, reason: toReason(error) }, NOT_RELEASED));
    },
  });
  deps.hostKeys.onChange(enrolment.doors.tellChanges);
  if (acceptUnenrolled) log.warn(...UNENROLLED);
  tellLostKeys(deps).catch((error) => log.warn({ reason: toReason(error) }, 'it is not known who has joined'));
  return enrolment;
}

/** Guests have joined, and know a key that this collector has not got any more: they stay away, and only they see why. */
async function tellLostKeys({
  hostKeys,
  store,
  log,
}: Pick<EnrolmentDeps, 'store' | 'log'> & { hostKeys: HostKeyRing }) {
  if (!hostKeys.isNew) return;
  const guests = (await store.keys()).filter(({ state }) => state === 'active').length;
  if (guests > 0) log.error({ guests }, KEYS_LOST);
}

const UNENROLLED = [
  { setting: 'accept-unenrolled' },
  'guests that have not joined are taken at their word: whoever reaches the port may claim to be one',
] as const;

const KEYS_LOST =
  'the key by which guests that have joined know this collector is gone, and another was made: trimtab keys restore FILE, or they join anew (trimtab-agent join --again)';

const NOT_RELEASED = 'what was asked of a guest that is forgotten could not be taken out';
