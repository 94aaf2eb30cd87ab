import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseKeyValues } from '../../../collector/src/qemu/command-line/key-values.ts';

const parse = (text: string) => Object.fromEntries(parseKeyValues({ text, impliedKey: 'driver' }));

it('reads the implied first value, flags, and values with equals signs', () => {
  expect(parse('file,a=b=c,server,x=')).toEqual({ driver: 'file', a: 'b=c', server: 'on', x: '' });
});

it('gives nested JSON the dotted keys that QEMU gives it', () => {
  expect(parse('{"driver":"raw","file":{"driver":"file","locking":null},"list":[1,true]}')).toEqual({
    driver: 'raw',
    'file.driver': 'file',
    'file.locking': 'null',
    'list.0': '1',
    'list.1': 'true',
  });
});

it('gets back every value whose commas were doubled', () => {
  const key = fc.stringMatching(/^[a-z][a-z.-]{0,8}$/);
  const pairs = fc.dictionary(key, fc.string({ unit: fc.constantFrom('a', ',', '=', ' ', '/') }), { minKeys: 1 });
  fc.assert(
    fc.property(pairs, (given) => {
      const text = Object.entries(given)
        .map(([name, value]) => `${name}=${value.replaceAll(',', ',,')}`)
        .join(',');
      expect(parse(text)).toEqual({ ...given });
    }),
  );
});
