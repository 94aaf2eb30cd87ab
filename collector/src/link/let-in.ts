import type { Standing } from '../ports/guest-door.ts';
import type { GuestSocket } from '../ports/guest-socket.ts';
import type { GuestConnection } from './connection.ts';
import type { Admitted, Greeting, GuestLinkEvents, RecognisedGuest } from './link-events.ts';

/** One that is let in: by what it has proven, as whom, and whether this host knows it. */
export interface LetIn extends Pick<Admitted, 'proof' | 'identity'> {
  readonly named: RecognisedGuest;
  readonly isKnown: boolean;
}

export const toStanding = (isKnown: boolean): Standing => (isKnown ? 'known' : 'stranger');

/**
 * Asks whether a guest may come in, and which it is, as long as it has a place at the door. Null when it has not, or is
 * refused: then its session has ended.
 */
export async function letIn(
  {
    events,
    socket,
    connection,
    mayStay,
    rename,
  }: {
    readonly events: Pick<GuestLinkEvents, 'meet' | 'isKnown'>;
    readonly socket: Pick<GuestSocket, 'place'>;
    readonly connection: Pick<GuestConnection, 'step' | 'isClosed'>;
    mayStay(why: string | null): boolean;
    rename(guest: RecognisedGuest['renamed'][number]): void;
  },
  greeting: Greeting,
): Promise<LetIn | null> {
  const meeting = await events.meet(greeting);
  if (connection.isClosed()) return null;
  if (meeting.kind === 'refused') {
    connection.step(meeting);
    return null;
  }
  const { proof, identity } = meeting;
  const isKnown = () => proof !== 'word' || events.isKnown(identity);
  if (!mayStay(socket.place.stands(toStanding(isKnown())))) return null;
  const named = await meeting.recognise();
  if (named.kind === 'refused') {
    connection.step(named);
    return null;
  }
  named.renamed.forEach(rename);
  // The host may have been read anew meanwhile.
  if (connection.isClosed() || !mayStay(socket.place.stands(toStanding(isKnown())))) return null;
  return { proof, identity, named, isKnown: isKnown() };
}
