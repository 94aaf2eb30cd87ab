import type { JoinedCollector } from '../model/joined.ts';

export interface JoinedView {
  readonly address: string;
  readonly name: string;
  readonly pin: string;
  readonly key: string;
  readonly isRunning: boolean;
  readonly hadJoined: boolean;
}

/** What `trimtab-agent join` says at its end. */
export function formatJoined({ address, name, isRunning, hadJoined }: JoinedView): string {
  if (hadJoined)
    return `had joined the host at ${address} as ${name} already; the token was not used
to join it anew, with a new key: trimtab-agent join --again TOKEN
`;
  const next = isRunning
    ? 'the agent that runs here takes it up within a minute'
    : 'start the agent with trimtab-agent run';
  return `joined the host at ${address} as ${name}; ${next}\n`;
}

/** What may be shown of a collector that was joined: nothing secret. */
export interface ShownCollector {
  readonly name: string | null;
  readonly addresses: readonly string[];
  readonly pins: readonly string[];
  /** The public key of this guest there. */
  readonly key: string;
  /** Null while a person on the host is to decide. */
  readonly joinedAt: number | null;
}

export function toShown({
  collector: { name, addresses, pins, joinedAt },
  key,
}: {
  collector: JoinedCollector;
  key: string;
}): ShownCollector {
  return { name, addresses, pins, key, joinedAt };
}

/** How this guest reaches its collectors. */
interface Shown {
  /** The port over which it needs to join nothing (`vport2p1`); null where there is none. */
  readonly channel: string | null;
  readonly collectors: readonly ShownCollector[];
}

/** `trimtab-agent join --show`. */
export function formatShown({ channel, collectors }: Shown): string {
  if (collectors.length > 0 || channel !== null)
    return [...(channel === null ? [] : [tellChannel(channel)]), ...collectors.map(formatOne)].join('\n');
  return 'This guest has joined no collector. On the host, trimtab enroll GUEST prints the line that joins it.\n';
}

function tellChannel(device: string): string {
  return `${device}  the virtio-serial port to the host of this guest: the agent goes there first
  and needs neither a token nor a key
`;
}

function formatOne({ name, addresses, pins, key, joinedAt }: ShownCollector): string {
  const how =
    joinedAt === null
      ? 'held there until a person decides: trimtab guests'
      : `as ${name ?? '-'}, joined ${new Date(joinedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const lines = [
    `${addresses[0]}  ${how}`,
    ...addresses.slice(1).map((address) => `  also at ${address}`),
    `  key of this guest  ${key}`,
    ...pins.map((pin) => `  key of the host    ${pin} (SHA-256)`),
  ];
  return `${lines.join('\n')}\n`;
}
