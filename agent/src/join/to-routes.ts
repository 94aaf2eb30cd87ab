import type { JoinedCollector } from '../model/joined.ts';
import type { Door, Membership, Route } from '../model/route.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * The collectors that this guest may go to, and how. An address that somebody set goes before those that the one
 * collector told of; of several, nobody knows which is meant.
 */
export function toRoutes({
  members,
  address,
}: {
  members: readonly Membership[];
  address: Address | null;
}): readonly Route[] {
  if (members.length === 0)
    return address === null ? [] : [{ id: 'unproven', doors: [{ kind: 'plain', ...address }], joined: null }];
  const isOnly = members.length === 1;
  return members.map((joined) => {
    const { collector } = joined;
    const addresses = address !== null && isOnly ? [address] : collector.addresses.flatMap(parseAddress);
    return {
      id: collector.pins.join(' '),
      doors: toDoors({ collector, addresses }),
      joined,
    };
  });
}

/**
 * A collector that is found elsewhere too need not be of this machine (QEMU's user networking has it at 10.0.2.2), and any
 * user of this one may listen on its loopback: he would pass on what proves both ends, and go on in their place. By TLS
 * he cannot. Plain it is only where there is nothing but loopback.
 */
function toDoors({ collector: { pins }, addresses }: { collector: JoinedCollector; addresses: readonly Address[] }) {
  const isHere = addresses.every(({ host }) => isLoopback(host));
  return addresses.map((address): Door => (isHere ? { kind: 'plain', ...address } : { kind: 'tls', ...address, pins }));
}

/** What goes there stays in this machine (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3). */
function isLoopback(host: string): boolean {
  return host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** None for what is no address; a token or a collector said it. */
export function parseAddress(text: string): readonly Address[] {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host !== undefined && port >= 1 && port <= 65_535 ? [{ host, port }] : [];
}
