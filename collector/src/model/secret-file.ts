/** A file that somebody named to have a secret read from it. */
export interface SecretFile {
  readonly text: string;
  /** Why it may be somebody else's word; null where only its owner and root can have written it. */
  readonly foreign: string | null;
  /** Every user of this machine may read it. Its group may: that is how some keep secrets for several. */
  readonly isReadByAll: boolean;
}
