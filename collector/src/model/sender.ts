import type { AlertRule } from './alert.ts';

/** Where notices go: one `[[notify]]` of the configuration, its secrets read. Never logged, shown or stored. */
export type SenderEntry = Named &
  (
    | (Grouping & { readonly kind: 'webhook'; readonly url: string; readonly token: string | null })
    | { readonly kind: 'alertmanager'; readonly url: string; readonly token: string | null }
    | { readonly kind: 'ntfy'; readonly url: string; readonly topic: string; readonly token: string | null }
    | { readonly kind: 'slack' | 'discord'; readonly url: string }
    | { readonly kind: 'gotify'; readonly url: string; readonly token: string }
    | MailEntry
    | (Grouping & { readonly kind: 'command'; readonly argv: readonly string[] })
    | MqttEntry
  );

export const SENDER_KINDS = [
  'webhook',
  'ntfy',
  'slack',
  'discord',
  'gotify',
  'email',
  'alertmanager',
  'command',
  'mqtt',
] as const satisfies readonly SenderEntry['kind'][];

interface Named {
  /** Unique; people call it so. */
  readonly name: string;
  /** Alerts of these rules alone; null: of all. */
  readonly rules: readonly AlertRule[] | null;
}

/** Of what may be a person's or a machine's. */
interface Grouping {
  /** Many notices of one event and one rule are told as one. */
  readonly group: boolean;
}

export interface MailEntry {
  readonly kind: 'email';
  /** `smtp://HOST:PORT`, or `smtps://` for TLS from the first byte. */
  readonly server: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | null;
  readonly password: string | null;
}

export interface MqttEntry {
  readonly kind: 'mqtt';
  /** `mqtt://HOST:PORT`, or `mqtts://` for TLS. */
  readonly url: string;
  readonly user: string | null;
  readonly password: string | null;
  /** Below which all of this host is told; null: `trimtab/HOST`. */
  readonly topic: string | null;
  /** Where Home Assistant reads what there is. */
  readonly discovery: string;
}
