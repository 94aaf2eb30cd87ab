import * as v from 'valibot';
import { ALERT_RULES } from '../../model/alert.ts';
import { SENDER_KINDS } from '../../model/sender.ts';

// No message here repeats a value: it may be a secret.
const text = v.pipe(
  v.string('must be a text'),
  v.minLength(1, 'must not be empty'),
  v.regex(/^\P{Cc}*$/u, 'must be one line'),
);
const absolutePath = v.pipe(text, v.startsWith('/', 'must be an absolute path'));
/** RFC 5321, as far as one can be told from what is none; a name before it is not taken. */
const address = v.pipe(
  text,
  v.regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, 'must be one address, as root@example.org is, without a name'),
);
const topic = v.pipe(
  text,
  v.regex(/^[^#+]*[^#+/]$/, 'must be a topic without # and + in it and / at its end, as trimtab/host-1 is'),
);

/** An address of these protocols, without a password in it: errors and logs name addresses. */
function url(...protocols: readonly string[]) {
  return v.pipe(
    text,
    v.check(
      (given) => {
        const parsed = URL.parse(given);
        return parsed !== null && protocols.includes(parsed.protocol) && parsed.hostname !== '';
      },
      `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    ),
    v.check((given) => {
      const { username = '', password = '' } = URL.parse(given) ?? {};
      return username === '' && password === '';
    }, 'must not have a user or a password in it'),
  );
}

/** Also of what is read from a file. */
export const WEB_ADDRESS = url('http:', 'https:');

const named = {
  name: v.pipe(
    v.string('must be a text'),
    v.regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/, 'must be of letters, digits, “-”, “_” and “.”, at most 63'),
  ),
  rules: v.optional(
    v.pipe(
      v.array(v.picklist(ALERT_RULES, `must be some of ${ALERT_RULES.join(', ')}`), 'must be a list of rules'),
      v.minLength(1, 'must name a rule, or be left out for all'),
    ),
  ),
};
/** RFC 6750, 2.1, and more: what a header can hold, and no space. */
export const TOKEN = v.pipe(text, v.regex(/^[!-~]+$/, 'must be of printable ASCII without spaces'));
/** Nobody but who has written the receiver knows whether people read there. */
const group = { group: v.optional(v.boolean('must be true or false'), false) };
const token = { token: v.optional(TOKEN), 'token-file': v.optional(absolutePath) };
const account = { user: v.optional(text), password: v.optional(text), 'password-file': v.optional(absolutePath) };
/** The address itself is the secret. */
const secretUrl = { url: v.optional(WEB_ADDRESS), 'url-file': v.optional(absolutePath) };

/** One `[[notify]]`, as it stands in the configuration. */
export const senderSchema = v.variant(
  'kind',
  [
    strict({ kind: v.literal('webhook'), ...named, ...secretUrl, ...token, ...group }),
    strict({
      kind: v.literal('ntfy'),
      ...named,
      url: WEB_ADDRESS,
      topic: v.pipe(text, v.regex(/^[-_A-Za-z0-9]{1,64}$/, 'must be of letters, digits, “-” and “_”, at most 64')),
      ...token,
    }),
    strict({ kind: v.picklist(['slack', 'discord']), ...named, ...secretUrl }),
    strict({ kind: v.literal('gotify'), ...named, url: WEB_ADDRESS, ...token }),
    strict({
      kind: v.literal('email'),
      ...named,
      server: url('smtp:', 'smtps:'),
      from: address,
      to: v.pipe(
        v.array(address, 'must be a list of addresses, as ["root@example.org"] is'),
        v.minLength(1, 'must have an address'),
      ),
      ...account,
    }),
    strict({ kind: v.literal('alertmanager'), ...named, url: WEB_ADDRESS, ...token }),
    strict({
      kind: v.literal('command'),
      ...named,
      command: v.pipe(
        v.array(text, 'must be a list: the program and its arguments'),
        v.check(([file]) => file?.startsWith('/') === true, 'must begin with the absolute path of a program'),
      ),
      ...group,
    }),
    strict({
      kind: v.literal('mqtt'),
      ...named,
      url: url('mqtt:', 'mqtts:'),
      topic: v.optional(topic),
      discovery: v.optional(topic, 'homeassistant'),
      ...account,
    }),
  ],
  `must be one of ${SENDER_KINDS.join(', ')}`,
);

function strict<const Entries extends v.ObjectEntries>(entries: Entries) {
  const keys = Object.keys(entries).join(', ');
  return v.strictObject(entries, ({ expected }) =>
    expected === 'never' ? `there is no such key here; its keys are ${keys}` : 'is missing',
  );
}
