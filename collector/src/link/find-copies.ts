import type { Finding } from '../model/domain.ts';
import type { ConnectedGuest } from './guest-links.ts';
import { TAKES_TURNS } from './takeovers.ts';

const NEW_IDENTITY =
  'In the copy, as root: rm /etc/machine-id /var/lib/dbus/machine-id; systemd-machine-id-setup. And give its domain a UUID of its own.';

const STOP_ONE =
  'Stop one of the two (4409 in the log of both). For the copy to be a guest of its own: give its domain another UUID, and in it, as root: rm -r /var/lib/trimtab-agent. Then let it join: trimtab enroll GUEST';

/**
 * Guests that were copied and still carry what should tell them apart: the product UUID or the machine-id of another.
 */
export function findCopies(guests: readonly ConnectedGuest[]): readonly Finding[] {
  const contested = guests.flatMap(({ name, contested: sentence }) =>
    sentence === null ? [] : [{ subject: name, sentence: `${sentence}; neither is matched`, hint: NEW_IDENTITY }],
  );
  const byMachine = Map.groupBy(
    guests.filter(({ identity }) => identity.machineId !== null),
    ({ identity }) => identity.machineId,
  );
  const alike = [...byMachine.values()].flatMap((copies) => {
    const [first] = copies;
    if (first === undefined || copies.length < 2) return [];
    const names = copies.map(({ name }) => name).join(' and ');
    const sentence = `${names} have the machine-id ${first.identity.machineId}: one is a copy of the other. Their product UUIDs tell them apart`;
    return [{ subject: first.name, sentence, hint: NEW_IDENTITY }];
  });
  const alternating = guests
    .filter(({ takesTurns }) => takesTurns === true)
    .map(({ name }) => ({ subject: name, sentence: TAKES_TURNS, hint: STOP_ONE }));
  return [...contested, ...alternating, ...alike];
}
