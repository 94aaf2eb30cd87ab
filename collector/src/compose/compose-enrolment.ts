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
  return enrolment;
}

const NOT_RELEASED = 'what was asked of a guest that is forgotten could not be taken out';
