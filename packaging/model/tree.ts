/** What lies at one absolute path once a package is installed. All of it is root's. */
export type Entry = FileEntry | LinkEntry | FolderEntry;

export interface FileEntry {
  readonly kind: 'file';
  readonly path: string;
  readonly mode: number;
  readonly content: Content;
  /** It is its owner's to change: an upgrade keeps what was changed. */
  readonly isConfiguration?: true;
  /** Whose members read it where its mode lets a group read; a group that the package makes. Left out: root's. */
  readonly group?: string | null;
}

export interface LinkEntry {
  readonly kind: 'link';
  readonly path: string;
  readonly to: string;
}

/** Only folders that the package alone has; those of the system are there already. */
export interface FolderEntry {
  readonly kind: 'folder';
  readonly path: string;
  readonly mode: number;
}

export type Content =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** A file of this machine, too large to be held. */
  | { readonly kind: 'copy'; readonly from: string };

export type Tree = readonly Entry[];

const PLAIN = 0o644;
const PROGRAM = 0o755;

export function textFile(path: string, text: string | Uint8Array): FileEntry {
  return { kind: 'file', path, mode: PLAIN, content: toContent(text) };
}

export function programFile(path: string, text: string | Uint8Array): FileEntry {
  return { kind: 'file', path, mode: PROGRAM, content: toContent(text) };
}

export function copiedFile({ path, from }: { readonly path: string; readonly from: string }): FileEntry {
  return { kind: 'file', path, mode: PLAIN, content: { kind: 'copy', from } };
}

export function copiedProgram({ path, from }: { readonly path: string; readonly from: string }): FileEntry {
  return { kind: 'file', path, mode: PROGRAM, content: { kind: 'copy', from } };
}

export function link({ path, to }: { readonly path: string; readonly to: string }): LinkEntry {
  return { kind: 'link', path, to };
}

function toContent(text: string | Uint8Array): Content {
  return { kind: 'bytes', bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text };
}
