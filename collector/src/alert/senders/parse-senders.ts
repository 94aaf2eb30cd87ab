import { Fault, toCause } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import { SENDER_KINDS, type SenderEntry } from '../../model/sender.ts';
import { senderSchema, TOKEN, WEB_ADDRESS } from './schemas.ts';

/** The text of a file that holds a secret. Throws where it cannot be read. */
export type ReadSecret = (path: string) => string;

/**
 * The `[[notify]]` entries of a configuration, with their secrets. Throws a Fault `bad-notify-entry` that names the
 * entry, by its number and its name, and the key, and never a value.
 */
export function parseSenders({
  raw,
  place,
  readSecret,
}: {
  readonly raw: readonly unknown[];
  readonly place: string;
  readonly readSecret: ReadSecret;
}): readonly SenderEntry[] {
  const entries = raw.map((entry, index) => {
    const subject = `${place}: [[notify]] number ${index + 1}${toNameIn(entry)}`;
    return hinting(entry, () => {
      const parsed = v.safeParse(senderSchema, entry);
      if (parsed.success) return toEntry(parsed.output, { subject, readSecret });
      const [issue] = parsed.issues;
      throw toFault({ subject, key: toKey(v.getDotPath(issue)), cause: issue.message });
    });
  });
  for (const [index, { name }] of entries.entries()) {
    const earlier = entries.findIndex((other) => other.name === name);
    if (earlier === index) continue;
    const subject = `${place}: [[notify]] number ${index + 1} (${name})`;
    throw toFault({ subject, key: 'name', cause: `number ${earlier + 1} has the same` });
  }
  return entries;
}

/** `rules.0` as people count: `rules, number 1`. */
const toKey = (path: string | null) =>
  path?.replaceAll(/\.(\d+)/g, (_, at: string) => `, number ${Number(at) + 1}`) ?? null;

/** An example of another kind than the entry's own is none. */
function hinting<Value>(entry: unknown, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    const { success, output } = v.safeParse(v.object({ kind: v.picklist(SENDER_KINDS) }), entry);
    if (!(error instanceof Fault) || !success || output.kind === 'ntfy') throw error;
    throw new Fault({ ...error.detail, hint: `docs/where-alerts-go.md has an example of kind = "${output.kind}".` });
  }
}

interface Place {
  readonly subject: string;
  readonly readSecret: ReadSecret;
}

function toEntry(given: v.InferOutput<typeof senderSchema>, place: Place): SenderEntry {
  const named = { name: given.name, rules: given.rules ?? null };
  const secret = (key: 'token' | 'password' | 'url') => takeSecret({ key, entry: given, ...place });
  const needed = (key: 'token' | 'url') => {
    const value = secret(key);
    if (value === null) throw toFault({ ...place, key, cause: `is missing; ${key}-file names a file that holds it` });
    return value;
  };
  const { kind } = given;
  switch (kind) {
    case 'webhook':
      return { ...named, kind, url: needed('url'), token: secret('token'), group: given.group };
    case 'ntfy':
      return { ...named, kind, url: given.url, topic: given.topic, token: secret('token') };
    case 'slack':
    case 'discord':
      return { ...named, kind, url: needed('url') };
    case 'gotify':
      return { ...named, kind, url: given.url, token: needed('token') };
    case 'alertmanager':
      return { ...named, kind, url: given.url, token: secret('token') };
    case 'email': {
      const { server, from, to } = given;
      return {
        ...named,
        kind,
        server,
        from,
        to,
        ...toAccount({ user: given.user, password: secret('password'), ...place }),
      };
    }
    case 'command':
      return { ...named, kind, argv: given.command, group: given.group };
    case 'mqtt': {
      const { url, topic = null, discovery } = given;
      return {
        ...named,
        kind,
        url,
        topic,
        discovery,
        ...toAccount({ user: given.user, password: secret('password'), ...place }),
      };
    }
  }
}

/** Both, or none of them. */
function toAccount({
  user,
  password,
  subject,
}: Place & { readonly user: string | undefined; readonly password: string | null }) {
  if ((user === undefined) === (password === null)) return { user: user ?? null, password };
  throw toFault({
    subject,
    key: user === undefined ? 'user' : 'password',
    cause: 'is missing: a user and a password are there together or not at all',
  });
}

/** What each may be, where a file holds it. */
const SECRETS = { token: TOKEN, url: WEB_ADDRESS, password: v.string() } as const;

/** Null where neither key is there. */
function takeSecret({
  key,
  entry,
  subject,
  readSecret,
}: Place & { readonly key: keyof typeof SECRETS; readonly entry: object }): string | null {
  const given = entry as Readonly<Record<string, string | undefined>>;
  const [text = null, file = null] = [given[key], given[`${key}-file`]];
  if (file === null) return text;
  const wrong = (cause: string) => toFault({ subject, key: `${key}-file`, cause });
  if (text !== null) throw wrong(`cannot be there together with ${key}`);
  const secret = read(() => readSecret(file).trim(), wrong);
  if (!/^\P{Cc}+$/u.test(secret)) throw wrong('the file must hold one line, and nothing else');
  const parsed = v.safeParse(SECRETS[key], secret);
  if (parsed.success) return secret;
  throw wrong(`what it holds ${parsed.issues[0].message}`);
}

function read(work: () => string, wrong: (cause: string) => Fault): string {
  try {
    return work();
  } catch (error) {
    throw wrong(toCause(error));
  }
}

function toNameIn(entry: unknown): string {
  const named = v.safeParse(v.object({ name: v.pipe(v.string(), v.minLength(1), v.maxLength(63)) }), entry);
  return named.success ? ` (${named.output.name})` : '';
}

function toFault({
  subject,
  key,
  cause,
}: {
  readonly subject: string;
  readonly key: string | null;
  readonly cause: string;
}): Fault {
  return new Fault({
    code: 'bad-notify-entry',
    operation: 'read where notices go',
    subject: key === null ? subject : `${subject}, ${key}`,
    cause,
    hint: 'Example: [[notify]] kind = "ntfy", name = "phone", url = "https://ntfy.sh", topic = "pools-of-host-1". docs/where-alerts-go.md has one of each kind.',
  });
}
