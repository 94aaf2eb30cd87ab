/** A file whose word must be nobody else's. */
export interface OwnFile {
  readonly content: string;
  /** Why it may be: others may write it, or it belongs to another user. Null where only this process and root can. */
  readonly foreign: string | null;
}

/**
 * A folder of small text files of the agent's own. A file is there whole or not at all, and what was written outlives a
 * crash.
 */
export interface Folder {
  /** Makes the folder and finds out whether it can be written to. Throws a Fault if not. */
  prepare(): Promise<void>;
  /** The names of the files, sorted; none if the folder is not there yet. */
  list(): Promise<readonly string[]>;
  /** Null if it is absent. */
  read(name: string): Promise<string | null>;
  /** Null if it is absent. */
  readOwn(name: string): Promise<OwnFile | null>;
  /** Resolves once the content and its name are on the disk. */
  write(file: { readonly name: string; readonly content: string }): Promise<void>;
  /** Fine if it is absent. */
  remove(name: string): Promise<void>;
  /** Moves a file that cannot be read to `broken/`, for a person to read. */
  setAside(name: string): Promise<void>;
}
