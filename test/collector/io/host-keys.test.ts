import { createHash, createPublicKey, generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePair } from '../../../collector/src/io/host-keys/make-pair.ts';
import { MOST_HOST_KEYS, toHostKeysPath } from '../../../collector/src/io/host-keys/open-host-keys.ts';
import { openKeys } from './keys-under-test.ts';

const DAY_MS = 86_400_000;

describe('the key that is made at the first start', () => {
  it('is kept for its owner alone, and is the same after a restart', async () => {
    await using made = await openKeys();
    const { keys, directory } = made;
    expect(keys.isNew).toBe(true);
    const path = toHostKeysPath(directory);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['host-keys.json']);
    const again = await made.reopen();
    expect(again.isNew).toBe(false);
    expect(again.all().map(({ pin }) => pin)).toEqual(keys.all().map(({ pin }) => pin));
  });

  it('is the one of its certificate, whose dates reach from yesterday over twenty years', async () => {
    await using made = await openKeys();
    const [key] = made.keys.all();
    if (key === undefined) throw new Error('no key');
    const certificate = new X509Certificate(key.certificate);
    const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
    expect(key.publicKey).toBe(spki.toString('base64url'));
    expect(key.pin).toBe(createHash('sha256').update(spki).digest('base64url'));
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.subject).toBe('CN=trimtab');
    const days = (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / DAY_MS;
    expect(days).toBe(20 * 365 + 1);
    expect(certificate.validFromDate.getTime()).toBeLessThan(Date.now() - DAY_MS / 2);
  });

  it('signs as agents read it: ECDSA, two numbers of 32 bytes', async () => {
    await using made = await openKeys();
    const [key] = made.keys.all();
    const bytes = Buffer.from('what both ends know');
    const signature = Buffer.from(key?.sign(bytes) ?? '', 'base64url');
    const publicKey = createPublicKey({
      key: Buffer.from(key?.publicKey ?? '', 'base64url'),
      type: 'spki',
      format: 'der',
    });
    expect(signature).toHaveLength(64);
    expect(verify('sha256', bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
  });
});

describe('a file of keys', () => {
  it.each([
    ['cut', (text: string) => text.slice(0, text.length / 2), 'it is not JSON'],
    ['empty', () => '', 'it is empty'],
    ['of something else', () => '{"keys":[]}', 'it does not hold keys: keys'],
    [
      'with the certificate of another key',
      (text: string, { other }: { other: string }) =>
        JSON.stringify({ keys: [{ ...JSON.parse(text).keys[0], certificate: other }] }),
      'the key is not the one of the certificate',
    ],
    [
      'in which no key is in use',
      (text: string) => JSON.stringify({ keys: [{ ...JSON.parse(text).keys[0], until: 1 }] }),
      '0 of its keys are in use; one has to be',
    ],
  ])('that is %s is noticed, and no other key is made', async (_, change, cause) => {
    await using made = await openKeys();
    const path = toHostKeysPath(made.directory);
    const changed = change(await readFile(path, 'utf8'), { other: (await makePair(Date.now())).certificate });
    await writeFile(path, changed);
    await expect(made.reopen()).rejects.toMatchObject({
      detail: {
        code: 'host-keys-damaged',
        subject: path,
        cause,
        hint: expect.stringContaining('trimtab keys restore'),
      },
    });
    expect(await readFile(path, 'utf8')).toBe(changed);
  });

  it('never has a private key in an error', async () => {
    await using made = await openKeys();
    const path = toHostKeysPath(made.directory);
    await writeFile(path, (await readFile(path, 'utf8')).replace('{', '[{'));
    const error = await made.reopen().catch((caught) => caught);
    expect(JSON.stringify(error.detail)).not.toContain('PRIVATE KEY');
  });

  it.each([
    ['of another user', (path: string) => chown(path, 12_345, 0), 'it belongs to another user (12345)'],
    ['that others may write', (path: string) => chmod(path, 0o602), 'others may write it'],
  ])('%s is not taken', async (_, change, cause) => {
    await using made = await openKeys();
    await change(toHostKeysPath(made.directory));
    await expect(made.reopen()).rejects.toMatchObject({ detail: { code: 'host-keys-exposed', cause } });
  });

  it('that others may read is closed to them', async () => {
    await using made = await openKeys();
    const path = toHostKeysPath(made.directory);
    await chmod(path, 0o644);
    await made.reopen();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});

describe('a change of keys', () => {
  it('uses the next at once, beside the one before for the overlap, also after a restart', async () => {
    await using made = await openKeys();
    const [before] = made.keys.all();
    let changes = 0;
    made.keys.onChange(() => {
      changes += 1;
    });
    const next = await made.keys.rotate({ overlapMs: 30 * DAY_MS });
    expect(changes).toBe(1);
    expect(made.keys.all().map(({ pin }) => pin)).toEqual([next.pin, before?.pin]);
    expect((await made.reopen()).list()).toEqual(made.keys.list());
    made.pass(29 * DAY_MS);
    expect(made.keys.find(before?.pin ?? '')?.pin).toBe(before?.pin);
    made.pass(2 * DAY_MS);
    expect(made.keys.find(before?.pin ?? '')).toBeNull();
    expect((await made.reopen()).all().map(({ pin }) => pin)).toEqual([next.pin]);
  });

  it('without an overlap leaves nothing of the one before', async () => {
    await using made = await openKeys();
    const next = await made.keys.rotate({ overlapMs: 0 });
    expect(made.keys.save().keys).toHaveLength(1);
    expect(made.keys.all().map(({ pin }) => pin)).toEqual([next.pin]);
  });

  it('lets no key before it go on for longer than its overlap; without one none is left, in the file and elsewhere', async () => {
    await using made = await openKeys();
    const [first] = made.keys.list();
    const second = await made.keys.rotate({ overlapMs: 30 * DAY_MS });
    await made.keys.rotate({ overlapMs: DAY_MS });
    // No earlier end is moved on, either.
    await made.keys.rotate({ overlapMs: 9 * DAY_MS });
    const untilOf = (pin = '') => made.keys.list().find((key) => key.pin === pin)?.until ?? 0;
    for (const pin of [first?.pin, second.pin]) expect(untilOf(pin)).toBeLessThanOrEqual(Date.now() + DAY_MS);
    expect(made.keys.all()).toHaveLength(4);
    const next = await made.keys.rotate({ overlapMs: 0 });
    expect(made.keys.all().map(({ pin }) => pin)).toEqual([next.pin]);
    expect(made.keys.find(first?.pin ?? '')).toBeNull();
    expect(made.keys.save().keys).toHaveLength(1);
    expect((await made.reopen()).all().map(({ pin }) => pin)).toEqual([next.pin]);
  });

  it('is not made more often than agents can follow', async () => {
    await using made = await openKeys();
    // All at once: none is lost by another.
    await Promise.all(Array.from({ length: MOST_HOST_KEYS - 1 }, () => made.keys.rotate({ overlapMs: DAY_MS })));
    expect(made.keys.all()).toHaveLength(MOST_HOST_KEYS);
    await expect(made.keys.rotate({ overlapMs: DAY_MS })).rejects.toMatchObject({ detail: { code: 'too-many-keys' } });
    expect(made.keys.all()).toHaveLength(MOST_HOST_KEYS);
  });

  it('that cannot be kept changes nothing', async () => {
    await using made = await openKeys();
    const before = made.keys.list();
    // A folder in its place: neither root nor anybody else can write over it.
    await mkdir(join(made.directory, 'host-keys.json.tmp'));
    await expect(made.keys.rotate({ overlapMs: 0 })).rejects.toMatchObject({ detail: { code: 'host-keys-not-kept' } });
    expect(made.keys.list()).toEqual(before);
  });

  it('what was saved is restored on another host, with all that is in it', async () => {
    await using made = await openKeys();
    await made.keys.rotate({ overlapMs: DAY_MS });
    const saved: unknown = JSON.parse(JSON.stringify(made.keys.save()));
    await using other = await openKeys();
    await expect(other.keys.restore({ keys: 'none' })).rejects.toMatchObject({ detail: { code: 'bad-saved-keys' } });
    await other.keys.restore(saved);
    expect((await other.reopen()).list()).toEqual(made.keys.list());
  });
});

describe('a certificate of the operator', () => {
  async function prepare(
    made: Awaited<ReturnType<typeof openKeys>>,
    pair?: { certificate: string; privateKey: string },
  ) {
    const { certificate, privateKey } = pair ?? (await makePair(Date.now()));
    const files = { tlsCertificate: join(made.directory, 'c.pem'), tlsKey: join(made.directory, 'k.pem') };
    await writeFile(files.tlsCertificate, certificate);
    await writeFile(files.tlsKey, privateKey, { mode: 0o600 });
    return files;
  }

  it('goes before the collector’s own key, which guests know beside it', async () => {
    await using made = await openKeys();
    const files = await prepare(made);
    const keys = await made.reopen(files);
    expect(keys.list().map(({ owner }) => owner)).toEqual(['operator', 'own']);
    expect(keys.all()[0]?.certificate).toBe(await readFile(files.tlsCertificate, 'utf8'));
    expect(keys.all()[1]?.pin).toBe(made.keys.all()[0]?.pin);
    expect(JSON.stringify(keys.save())).not.toContain(keys.all()[0]?.privateKey.slice(30, 90));
    await expect(keys.rotate({ overlapMs: 0 })).rejects.toMatchObject({ detail: { code: 'operators-key' } });
    expect(made.warnings).toEqual([]);
  });

  it.each([
    ['is over', Date.now() - 30 * 365 * DAY_MS, 'the certificate of this collector is over'],
    ['has not begun', Date.now() + 30 * DAY_MS, 'by the clock of this host its certificate begins later'],
  ])('that %s is told of, and taken: agents look at the key', async (_, madeAt, told) => {
    await using made = await openKeys();
    const keys = await made.reopen(await prepare(made, await makePair(madeAt)));
    expect(keys.list()[0]?.owner).toBe('operator');
    expect(made.warnings).toEqual([expect.stringContaining(told)]);
  });

  it('of another key, an encrypted key, a key of another kind and no certificate have a sentence each', async () => {
    await using made = await openKeys();
    const [one, other] = [await makePair(Date.now()), await makePair(Date.now())];
    const encrypted = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'secret',
    }) as string;
    for (const [pair, cause] of [
      [{ ...one, privateKey: other.privateKey }, 'the key is not the one of the certificate'],
      [{ ...one, privateKey: encrypted }, 'the key is encrypted, and nobody is there to type its password'],
      [{ ...one, privateKey: 'nothing' }, 'the key is none in PEM (it begins with -----BEGIN PRIVATE KEY-----)'],
      [
        { ...one, certificate: 'nothing' },
        'the certificate is none in PEM (it begins with -----BEGIN CERTIFICATE-----)',
      ],
    ] as const)
      await expect(made.reopen(await prepare(made, pair))).rejects.toMatchObject({
        detail: { code: 'bad-certificate', cause, hint: expect.stringContaining('--tls-key FILE') },
      });
  });

  it.each([
    ['that every user may read', 0o644, 0, 'every user of this host may read or write it'],
    ['that its group may write', 0o660, 0, 'its group may write it'],
    ['of another user', 0o600, 12_345, 'it belongs to another user (12345)'],
  ])('with a key %s is not taken', async (_, mode, owner, cause) => {
    await using made = await openKeys();
    const files = await prepare(made);
    await chmod(files.tlsKey, mode);
    await chown(files.tlsKey, owner, 0);
    await expect(made.reopen(files)).rejects.toMatchObject({ detail: { code: 'bad-certificate', cause } });
  });

  it('that is not there, or has no key beside it, is told of', async () => {
    await using made = await openKeys();
    const { tlsCertificate, tlsKey } = await prepare(made);
    const missing = join(made.directory, 'nothing.pem');
    await expect(made.reopen({ tlsCertificate: missing, tlsKey })).rejects.toMatchObject({
      detail: { code: 'bad-certificate', subject: missing, cause: expect.stringContaining('no such file') },
    });
    await expect(made.reopen({ tlsCertificate, tlsKey: null })).rejects.toMatchObject({
      detail: { code: 'bad-certificate', cause: 'there is a certificate and no key of it' },
    });
  });
});
