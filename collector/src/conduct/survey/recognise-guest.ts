import type { GuestIdentity, Hello } from '@trimtab/protocol';
import { sleep, toReason } from '@trimtab/protocol/shared';
import { domainsAtDoor } from '../../correlate/domains-at-door.ts';
import { type Showing, toShown } from '../../correlate/identities.ts';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { Domain, HostView } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { GuestsStore, Recognised, ShownGuest } from '../../ports/store/guests.ts';
import type { Survey } from './survey.ts';

/**
 * A guest is not to wait for a host that hangs: libvirt's daemon is waited for longer than that (io/virsh.ts).
 */
export const HOST_PATIENCE_MS = 5_000;

export interface RecogniseDeps {
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly log: Log;
  readonly survey: Pick<Survey, 'read'>;
  readonly store: Pick<GuestsStore, 'recognise'>;
  readonly links: Pick<GuestLinks, 'isConnected'>;
  /** Is told of guests that were forgotten for a new one. */
  release(forgotten: readonly GuestId[]): void;
}

/** Who is to be recognised, and how that is shown. */
export interface ToRecognise {
  readonly hello: Pick<Hello, 'agentVersion'>;
  /** What it says that it is, as far as that is believed. */
  readonly guest: GuestIdentity;
  readonly showing: Showing;
  /** Its domain, where a channel shows that; else it is found by what it says. */
  readonly domain?: Domain;
  /** What a person calls it; null: as the hypervisor does, else as it does itself. */
  readonly called: string | null;
}

/**
 * Which guest of this host says hello, and what it is called. A host that cannot be read (null) keeps no guest out: one
 * that was here before is known by what it shows and keeps its name, a new one bears its hostname until it says hello
 * again.
 */
export async function recogniseGuest(
  deps: RecogniseDeps & { readonly host: Pick<HostView, 'domains'> | null },
  { hello, guest, showing, domain: shown, called }: ToRecognise,
): Promise<Recognised> {
  const domains = domainsAtDoor(deps.host?.domains ?? NO_DOMAINS);
  const domain = shown ?? domains.match(guest).domain;
  const recognised = await deps.store.recognise({
    identities: toShown({ showing, guest, domain }),
    ...toName({ guest, domain, called }),
    takenNames: domains.namesBut(domain),
    agentVersion: hello.agentVersion,
    seenAt: deps.clock.now(),
    isHere: deps.links.isConnected,
  });
  deps.release(recognised.forgotten);
  return recognised;
}

const NO_DOMAINS: readonly Domain[] = [];

/** A person's word goes first; where it is the hypervisor's too, the guest is called as that does from then on. */
function toName({
  guest,
  domain,
  called,
}: Pick<ToRecognise, 'guest' | 'called'> & { readonly domain: Domain | null }): Pick<ShownGuest, 'name' | 'namedBy'> {
  if (called !== null && called !== domain?.name) return { name: called, namedBy: 'person' };
  if (domain !== null) return { name: domain.name, namedBy: 'hypervisor' };
  return { name: guest.hostname, namedBy: 'guest' };
}

interface Told {
  readonly host: HostView | null;
  /** Why there is none; null when the host was read. */
  readonly reason: string | null;
}

/** The host, for somebody who says hello; null when it is not read in time. */
export async function readHostFor({ clock, log, survey }: Pick<RecogniseDeps, 'clock' | 'log' | 'survey'>) {
  const reading = survey.read().then(
    (host): Told => ({ host, reason: null }),
    (error): Told => ({ host: null, reason: toReason(error) }),
  );
  const late = sleep(clock, HOST_PATIENCE_MS).then(
    (): Told => ({ host: null, reason: `the host was not read within ${HOST_PATIENCE_MS / 1000} s` }),
  );
  const { host, reason } = await Promise.race([reading, late]);
  if (reason !== null) log.warn({ reason }, 'a guest is recognised without its domain');
  return host;
}
