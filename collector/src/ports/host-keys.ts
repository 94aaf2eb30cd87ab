/** A key that this collector proves itself by, to agents and on TLS. */
export interface HostKey {
  /** SHA-256 of the SubjectPublicKeyInfo in DER, base64url: by it agents know this collector. */
  readonly pin: string;
  /** That SubjectPublicKeyInfo, base64url. */
  readonly publicKey: string;
  /** Its certificate, with what leads to it where an operator gave one. PEM. */
  readonly certificate: string;
  /** PEM. In no log, answer or error. */
  readonly privateKey: string;
  /** ECDSA as IEEE P1363, base64url. */
  sign(bytes: Uint8Array): string;
}

/**
 * The keys of this collector, as they are now: one, and while they are changed the next or the last one beside it.
 */
export interface HostKeys {
  /** Those that agents may know it by: the one that new connections are to use first. */
  all(): readonly HostKey[];
  /** By the pin that an agent knows; null where this collector has no such key (any more). */
  find(pin: string): HostKey | null;
}

/** One of the keys, as it is shown. */
export interface HostKeyView {
  readonly pin: string;
  /** `operator`: that of the settings; `own`: made here. */
  readonly owner: 'operator' | 'own';
  /** Null of one that Trimtab did not make. */
  readonly madeAt: number | null;
  /** Until when those who know it alone can still connect; null of the one in use. */
  readonly until: number | null;
}

/** Private keys are in it: what saves it, saves it for its owner alone. */
export interface SavedHostKeys {
  readonly keys: readonly {
    readonly certificate: string;
    readonly privateKey: string;
    readonly madeAt: number;
    readonly until: number | null;
  }[];
}

/**
 * Those keys, and how they change. [HK1] A change is durable once its promise resolves, and then in use for every new
 * connection; [HK2] one that fails changes nothing; [HK3] there is always one in use.
 */
export interface HostKeyRing extends HostKeys {
  /** Drawn at this start: a guest that had joined before knows another key. */
  readonly isNew: boolean;
  /** The one in use first, then those that leave. */
  list(): readonly HostKeyView[];
  /**
   * Makes the next key and uses it at once; those who know one before it alone have `overlapMs` at the most to connect
   * and to be told. 0: of all keys before it none is left. Throws Faults `operators-key`, `too-many-keys`, `host-keys-not-kept`.
   */
  rotate(call: { readonly overlapMs: number }): Promise<HostKeyView>;
  /** Those that were made here. */
  save(): SavedHostKeys;
  /** In the place of those that are kept. Throws Faults `bad-saved-keys`, `host-keys-not-kept`. */
  restore(saved: unknown): Promise<void>;
  /** Called after each change; the returned function takes it back. */
  onChange(call: () => void): () => void;
}
