export { fromBase64Url, toBase64Url } from './base64url.ts';
export { JOIN_LABEL, PKCS8_HEAD, SPKI_HEAD } from './ed25519.ts';
export { isServerName, toServerName } from './server-name.ts';
export { formatToken, type ReadToken, readToken, type Token } from './token.ts';
export { BINDING_BYTES, BINDING_LABEL, PLAIN_BINDING, type Proven, type Role, toTranscript } from './transcript.ts';
