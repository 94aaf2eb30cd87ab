import { randomBytes, webcrypto } from 'node:crypto';
import type { Pair } from './to-host-key.ts';

const DAY_MS = 86_400_000;
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };

/**
 * A new key with a certificate that it signs itself. Agents look at the key alone: its twenty years are for whoever
 * gives the certificate to a browser. They begin a day before, for clocks that are behind.
 */
export async function makePair(nowMs: number): Promise<Pair> {
  // Only here: it takes as long to load as the rest of the collector, and is needed once. It needs the first.
  await import('reflect-metadata');
  const { X509CertificateGenerator } = await import('@peculiar/x509');
  const keys = (await webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: toSerial(randomBytes(16)),
      name: 'CN=trimtab',
      notBefore: new Date(nowMs - DAY_MS),
      notAfter: new Date(nowMs + 20 * 365 * DAY_MS),
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      keys,
    },
    webcrypto,
  );
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { certificate: `${certificate.toString('pem')}\n`, privateKey: toPem('PRIVATE KEY', der) };
}

/** Positive, and of no fewer octets (RFC 5280, 4.1.2.2). */
function toSerial(bytes: Buffer): string {
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
