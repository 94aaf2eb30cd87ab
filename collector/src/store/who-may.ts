import type { ApiTokensStore } from '../ports/store/api-tokens.ts';
import type { DeedsStore } from '../ports/store/deeds.ts';
import type { EnrolmentsStore } from '../ports/store/enrolments.ts';
import type { GuestKeysStore } from '../ports/store/guest-keys.ts';
import { addToken, findToken, listTokens, revokeToken } from './api-tokens.ts';
import { addDeed, listDeeds } from './deeds.ts';
import { addEnrolment, findEnrolment, listEnrolments, withdrawEnrolment } from './enrolments.ts';
import {
  admitHeld,
  findKey,
  joinByToken,
  keepLearned,
  listKeys,
  reinstateKeys,
  restoreKey,
  revokeKeys,
} from './guest-keys.ts';
import { approveHeld, dismissHeld, holdGuest, listHeld } from './held-guests.ts';
import type { HostRows } from './tables.ts';

type WhoMay = EnrolmentsStore & GuestKeysStore & ApiTokensStore & DeedsStore;

/** The part of the store that says who may connect and ask, and who did. */
export function createWhoMay(rows: HostRows, newId: () => string): WhoMay {
  return {
    addEnrolment: (made) => addEnrolment(rows, made),
    enrolments: (nowMs) => listEnrolments(rows, nowMs),
    findEnrolment: (key) => findEnrolment(rows, key),
    withdraw: (id) => withdrawEnrolment(rows, id),
    findKey: (key) => findKey(rows, key),
    keys: (guest) => listKeys(rows, guest),
    join: (call) => joinByToken(rows, call),
    admit: (call) => admitHeld(rows, call),
    revoke: (call) => revokeKeys(rows, call),
    reinstate: (call) => reinstateKeys(rows, call),
    restoreKey: (key) => restoreKey(rows, key),
    learned: (call) => keepLearned(rows, call),
    hold: (guest) => holdGuest({ ...rows, newId }, guest),
    held: () => listHeld(rows),
    approve: (call) => approveHeld(rows, call),
    dismiss: (held) => dismissHeld(rows, held),
    addToken: (token) => addToken(rows, token),
    tokens: () => listTokens(rows),
    findToken: (hash) => findToken(rows, hash),
    revokeToken: (name) => revokeToken(rows, name),
    addDeed: (deed) => addDeed(rows, deed),
    deeds: (limit) => listDeeds(rows, limit),
  };
}
