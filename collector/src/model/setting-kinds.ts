import {
  addressSetting,
  type Described,
  type ListenAddress,
  optionalTextSetting,
  type Setting,
  textSetting,
} from '@trimtab/protocol/shared';
import { toListenScope } from './listen-scope.ts';

/** A URL as psql takes it (postgresql.org/docs/15/libpq-connect.html). It may hold a password, and is never repeated. */
export function databaseSetting(described: Described): Setting<string | null> {
  const { parse, ...rest } = optionalTextSetting(described);
  return {
    ...rest,
    parse: (raw) => {
      const url = parse(raw);
      if (url === null || isDatabase(url)) return url;
      throw new Error('it is not the URL of a PostgreSQL database, as postgres://USER@HOST/DATABASE is');
    },
  };
}

function isDatabase(url: string): boolean {
  if (!/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(url)) return false;
  return new URL(url).pathname.length > 1;
}

/** An address that cannot be turned off. */
export function requiredAddress(described: Described & { default: string }) {
  const { parse, ...rest } = addressSetting(described);
  return {
    ...rest,
    parse: (raw: unknown) => {
      const address = parse(raw);
      if (address === null) throw new Error('an address is needed');
      return address;
    },
  };
}

/** An address that only this host reaches: until the API asks who somebody is, no other may start trims. */
export function ownAddress(described: Described & { default: string | null }): Setting<ListenAddress | null> {
  const { parse, ...rest } = addressSetting(described);
  return {
    ...rest,
    parse: (raw) => {
      const address = parse(raw);
      if (address === null || toListenScope(address.host) === 'this-host') return address;
      throw new Error(`${JSON.stringify(raw)} is reached from elsewhere; from there use ${FORWARDED}`);
    },
  };
}

/** ssh(1), -L with a local socket. */
const FORWARDED = 'ssh -L 7462:/run/trimtab/collector.sock root@HOST';

/** A connection to this host's own libvirt (libvirt.org/uri.html): the images of another host's guests are not here. */
export function localLibvirt(described: Described & { default: string }): Setting<string> {
  const { parse, ...rest } = textSetting(described);
  return {
    ...rest,
    parse: (raw) => {
      const uri = parse(raw);
      if (/^qemu(?:\+unix)?:\/\/\/(?:system|session)(?:\?socket=\/[\w./-]+)?$/.test(uri)) return uri;
      throw new Error(`${JSON.stringify(uri)} is not a libvirt of this host, as qemu:///system is`);
    },
  };
}

/** Names as /etc/passwd has them, or numbers; in TOML also a list. */
export function usersSetting(described: Described & { default: string }): Setting<readonly string[]> {
  return {
    ...described,
    parse: (raw) => {
      const users = typeof raw === 'string' ? raw.split(',').map((user) => user.trim()) : raw;
      if (Array.isArray(users) && users.length > 0 && users.every(isUser)) return users;
      throw new Error(`${JSON.stringify(raw)} is not a list of users, as root,libvirt-qemu is`);
    },
  };
}

/** useradd(8); 32 bits of a number. */
function isUser(value: unknown): value is string {
  return typeof value === 'string' && /^(?:[a-z_][a-z0-9_.-]{0,31}\$?|\d{1,10})$/i.test(value);
}

/** A list: tables in TOML, JSON text elsewhere. What is in it is checked by the stage that reads it. */
export function listSetting({
  key,
  isSecret,
  ...described
}: Described & {
  readonly key: string;
  /** A secret may be in it: a wrong one is not shown. */
  readonly isSecret: boolean;
}): Setting<readonly unknown[]> {
  return {
    ...described,
    default: [],
    parse: (raw) => {
      const value = typeof raw === 'string' ? parseJson(raw) : raw;
      if (Array.isArray(value)) return value;
      const told = isSecret ? 'it' : JSON.stringify(raw);
      throw new Error(`${told} is not a list ([[${key}]] in TOML, a JSON array elsewhere)`);
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
