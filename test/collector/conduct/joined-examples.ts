import type { GuestKey, HeldGuest } from '../../../collector/src/ports/store/guest-keys.ts';
import { newKey } from '../../contract/guest-key-examples.ts';
import { WEB } from './known-host.ts';

export const KEY: GuestKey = {
  ...newKey({ n: 1, guest: WEB }),
  state: 'active',
  revokedBy: null,
  revokedAt: null,
  learnedPins: [],
};
export const REVOKED: GuestKey = { ...KEY, state: 'revoked', revokedBy: { kind: 'socket' }, revokedAt: 5 };
export const HELD: HeldGuest = {
  id: '3f2a91c0',
  key: 'key-1',
  enrolment: null,
  productUuid: null,
  machineId: null,
  bootId: null,
  hostname: 'web',
  address: '192.0.2.7',
  reason: 'it shows the key of web, and says another product UUID',
  firstAt: 0,
  lastAt: 1,
  approvedBy: null,
  approvedName: null,
  isDismissed: false,
};
