import { createPrivateKey, createPublicKey, sign } from 'node:crypto';

/** A certificate that its own key signed, good between these dates; X.509 (RFC 5280) with no more in it than it must have. */
export function makeCertificate({
  privateKey: pem,
  from,
  until,
}: {
  privateKey: string;
  from: Date;
  until: Date;
}): string {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(pem).export({ format: 'der', type: 'spki' });
  const kind = privateKey.asymmetricKeyType;
  const algorithm = sequence(...(SIGNATURES[kind ?? ''] ?? []));
  const commonName = sequence(node(0x31, sequence(oid('550403'), node(0x0c, Buffer.from('trimtab')))));
  const body = sequence(
    node(0xa0, node(0x02, Buffer.from([2]))),
    node(0x02, Buffer.from([1])),
    algorithm,
    commonName,
    sequence(time(from), time(until)),
    commonName,
    publicKey,
  );
  const signature = sign(kind === 'ed25519' ? null : 'sha256', body, privateKey);
  const der = sequence(body, algorithm, node(0x03, Buffer.from([0]), signature));
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

const SIGNATURES: Readonly<Record<string, readonly Buffer[]>> = {
  ec: [oid('2a8648ce3d040302')],
  rsa: [oid('2a864886f70d01010b'), Buffer.from([0x05, 0])],
  ed25519: [oid('2b6570')],
};

function sequence(...parts: readonly Buffer[]): Buffer {
  return node(0x30, ...parts);
}

function oid(hex: string): Buffer {
  return node(0x06, Buffer.from(hex, 'hex'));
}

/** GeneralizedTime. */
function time(date: Date): Buffer {
  return node(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
}

/** DER (X.690, section 8.1): tag, length, content. */
function node(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}
