import { formatFault } from '@trimtab/protocol/shared';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { parseSenders } from '../../../collector/src/alert/senders/parse-senders.ts';

const FILES: Readonly<Record<string, string>> = {
  '/etc/token': 'tk_file\n',
  '/etc/url': 'ftp://a/b\n',
  '/etc/two': 'a\nb',
};

function readSecret(path: string): string {
  const text = FILES[path];
  if (text === undefined)
    throw Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open', path, errno: -2 });
  return text;
}

const read = (toml: string) =>
  parseSenders({ raw: parse(toml).notify as readonly unknown[], place: 'collector.toml', readSecret });

function readFault(toml: string): string {
  try {
    read(toml);
  } catch (error) {
    return formatFault(error);
  }
  throw new Error('it was taken');
}

const entry = (keys: string) => `[[notify]]\n${keys.replaceAll('; ', '\n')}`;
const NTFY = 'kind = "ntfy"; name = "phone"; url = "https://ntfy.example"; topic = "pools"';

describe('parseSenders', () => {
  it('reads an entry of each kind', () => {
    const toml = [
      'kind = "webhook"; name = "a"; url = "https://a.example/hook/s3"; token = "t"',
      `${NTFY}; token-file = "/etc/token"`,
      'kind = "slack"; name = "b"; url = "https://hooks.example/T0/B0"',
      'kind = "discord"; name = "c"; url = "https://discord.example/api/webhooks/1/x"',
      'kind = "gotify"; name = "d"; url = "https://gotify.example"; token = "A1"',
      'kind = "email"; name = "e"; server = "smtp://mail.example:25"; from = "a@b.example"; to = ["c@d.example"]',
      'kind = "alertmanager"; name = "f"; url = "http://127.0.0.1:9093"; rules = ["pool-full"]',
      'kind = "command"; name = "g"; command = ["/usr/local/bin/tell", "--loud"]; group = true',
      'kind = "mqtt"; name = "h"; url = "mqtts://broker.example"; user = "u"; password = "p"',
    ];
    expect(read(toml.map(entry).join('\n'))).toEqual([
      { kind: 'webhook', name: 'a', rules: null, url: 'https://a.example/hook/s3', token: 't', group: false },
      { kind: 'ntfy', name: 'phone', rules: null, url: 'https://ntfy.example', topic: 'pools', token: 'tk_file' },
      { kind: 'slack', name: 'b', rules: null, url: 'https://hooks.example/T0/B0' },
      { kind: 'discord', name: 'c', rules: null, url: 'https://discord.example/api/webhooks/1/x' },
      { kind: 'gotify', name: 'd', rules: null, url: 'https://gotify.example', token: 'A1' },
      {
        kind: 'email',
        name: 'e',
        rules: null,
        server: 'smtp://mail.example:25',
        from: 'a@b.example',
        to: ['c@d.example'],
        user: null,
        password: null,
      },
      { kind: 'alertmanager', name: 'f', rules: ['pool-full'], url: 'http://127.0.0.1:9093', token: null },
      { kind: 'command', name: 'g', rules: null, argv: ['/usr/local/bin/tell', '--loud'], group: true },
      {
        kind: 'mqtt',
        name: 'h',
        rules: null,
        url: 'mqtts://broker.example',
        user: 'u',
        password: 'p',
        topic: null,
        discovery: 'homeassistant',
      },
    ]);
  });

  it.each([
    ['name = "a"', 'number 1 (a), kind: must be one of webhook, ntfy'],
    ['kind = "pager"; name = "a"', 'number 1 (a), kind: must be one of webhook, ntfy'],
    ['kind = "ntfy"; url = "https://a.example"; topic = "t"', 'number 1, name: is missing'],
    [NTFY.replace('pools', 'a b'), '(phone), topic: must be of letters, digits'],
    [NTFY.replace('https:', 'ftp:'), '(phone), url: must be an address that begins with http:// or https://'],
    [NTFY.replace('//', '//me:s3cret@'), '(phone), url: must not have a user or a password in it'],
    [`${NTFY}; group = true`, '(phone), group: there is no such key here; its keys are kind, name, rules, url'],
    [`${NTFY}; tokn = "s3cret"`, '(phone), tokn: there is no such key here; its keys are kind, name, rules, url'],
    [`${NTFY}; token = "s3cret ü"`, '(phone), token: must be of printable ASCII without spaces'],
    [`${NTFY}; token = 7`, '(phone), token: must be a text'],
    [`${NTFY}; token = "s3cret\\n"`, '(phone), token: must be one line'],
    [`${NTFY}; token = "s3cret"; token-file = "/etc/token"`, 'token-file: cannot be there together with token'],
    [`${NTFY}; token-file = "/etc/gone"`, '(phone), token-file: no such file or directory'],
    [`${NTFY}; token-file = "/etc/two"`, '(phone), token-file: the file must hold one line'],
    [`${NTFY}; rules = ["pool-empty"]`, '(phone), rules, number 1: must be some of pool-filling'],
    ['kind = "slack"; name = "a"', '(a), url: is missing; url-file names a file that holds it'],
    ['kind = "slack"; name = "a"; url-file = "/etc/url"', '(a), url-file: what it holds must be an address'],
    ['kind = "gotify"; name = "a"; url = "https://a.example"', '(a), token: is missing'],
    ['kind = "command"; name = "a"; command = "rm -rf /"', '(a), command: must be a list'],
    ['kind = "command"; name = "a"; command = ["tell"]', '(a), command: must begin with the absolute path'],
    ['kind = "mqtt"; name = "a"; url = "mqtt://a"; user = "u"', '(a), password: is missing'],
    ['kind = "mqtt"; name = "a"; url = "mqtt://a"; topic = "a/#"', '(a), topic: must be a topic without # and +'],
    [
      'kind = "email"; name = "a"; server = "smtp://m"; from = "a@b\\r\\nBcc: x@y"; to = ["c@d"]',
      '(a), from: must be one line',
    ],
  ])('says of %s what is wrong, where, and never a secret', (keys, words) => {
    const told = readFault(entry(keys));
    expect(told).toContain('cannot read where notices go: collector.toml: [[notify]] number 1');
    expect(told).toContain(words);
    expect(told).not.toContain('s3cret');
  });

  it('two of one name are refused', () => {
    expect(readFault(`${entry(NTFY)}\n${entry(NTFY)}`)).toContain('number 2 (phone), name: number 1 has the same');
  });
});
