import {
  addressSetting,
  type Described,
  type ListenAddress,
  optionalTextSetting,
  type Setting,
  textSetting,
} from '@trimtab/protocol/shared';

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

/** Addresses with their ports: a flag for each, a list in TOML, else with commas between. */
export function addressesSetting({
  least,
  ...described
}: Described & { readonly default: string | null; readonly least: 0 | 1 }): Setting<readonly ListenAddress[]> & {
  readonly repeats: true;
} {
  const { parse } = addressSetting({ ...described, default: null });
  return {
    ...described,
    repeats: true,
    parse: (raw) => {
      const texts = typeof raw === 'string' ? raw.split(',').map((text) => text.trim()) : (raw ?? []);
      if (!Array.isArray(texts)) throw new Error(`${JSON.stringify(raw)} is not ADDRESS:PORT, nor a list of such`);
      const addresses = texts.flatMap((text) => parse(text) ?? []);
      if (addresses.length < least) throw new Error('an address is needed');
      const twice = texts.find((text, index) => texts.indexOf(text) !== index);
      if (twice !== undefined && addresses.length > 0) throw new Error(`${JSON.stringify(twice)} is there twice`);
      return addresses;
    },
  };
}

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
