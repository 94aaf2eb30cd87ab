import { describe, expect, it } from 'vitest';
import { toAdvertised } from '../../../collector/src/model/advertised.ts';
import { SETTINGS } from '../../../collector/src/settings.ts';

const OWN = { global: ['192.0.2.7', '198.51.100.7', '2001:db8::7'], name: 'host.example' };

interface Given {
  readonly listen: string;
  readonly advertise?: string;
  readonly hasUserNetworking?: boolean;
}

function told({ listen, advertise, hasUserNetworking = false }: Given): readonly string[] {
  return toAdvertised({
    listen: SETTINGS.listen.parse(listen),
    advertise: SETTINGS.advertise.parse(advertise ?? null),
    own: OWN,
    hasUserNetworking,
  });
}

const LOCAL = '127.0.0.1:7461';

describe('where guests find the collector', () => {
  it.each<[string, Given, readonly string[]]>([
    ['one address', { listen: '192.168.122.1:7461' }, ['192.168.122.1:7461']],
    ['two, in their order', { listen: '192.0.2.7:1,[2001:db8::7]:2' }, ['192.0.2.7:1', '[2001:db8::7]:2']],
    [
      'every address of both families',
      { listen: '[::]:7461' },
      ['192.0.2.7:7461', '198.51.100.7:7461', '[2001:db8::7]:7461', 'host.example:7461'],
    ],
    ['those of IPv4 alone', { listen: '0.0.0.0:7461' }, ['192.0.2.7:7461', '198.51.100.7:7461', 'host.example:7461']],
    ['no loopback where there are others', { listen: `${LOCAL},192.0.2.7:7461` }, ['192.0.2.7:7461']],
    ['loopback where there is nothing else', { listen: LOCAL }, [LOCAL]],
    [
      'QEMU’s own word for its host, where a QEMU has a network of its own',
      { listen: LOCAL, hasUserNetworking: true },
      [LOCAL, '10.0.2.2:7461'],
    ],
    ['not where guests reach another', { listen: '192.0.2.7:7461', hasUserNetworking: true }, ['192.0.2.7:7461']],
    ['what the settings say', { listen: LOCAL, advertise: 'gate.example:17461' }, ['gate.example:17461']],
    ['what they say, by the own port', { listen: '0.0.0.0:7461', advertise: 'gate.example:0' }, ['gate.example:7461']],
    [
      'each once',
      { listen: '0.0.0.0:7461,192.0.2.7:7461' },
      ['192.0.2.7:7461', '198.51.100.7:7461', 'host.example:7461'],
    ],
  ])('%s', (_, given, expected) => {
    expect(told(given)).toEqual(expected);
  });
});

describe('a list of addresses', () => {
  it.each([
    ['', 'an address is needed'],
    [[], 'an address is needed'],
    [['192.0.2.7:1', 7], '7 is not ADDRESS:PORT'],
    ['192.0.2.7:1,192.0.2.7:1', '"192.0.2.7:1" is there twice'],
    [{ host: 'a' }, 'is not ADDRESS:PORT, nor a list of such'],
  ])('%j is none', (raw, why) => {
    expect(() => SETTINGS.listen.parse(raw)).toThrow(why);
  });

  it('is the same from a flag, the environment and a file', () => {
    const expected = [
      { host: '192.0.2.7', port: 1 },
      { host: '::1', port: 2 },
    ];
    for (const raw of ['192.0.2.7:1,[::1]:2', '192.0.2.7:1, [::1]:2', ['192.0.2.7:1', '[::1]:2']])
      expect(SETTINGS.listen.parse(raw)).toEqual(expected);
  });
});
