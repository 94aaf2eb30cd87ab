import type { Tree } from './tree.ts';

export type Format = 'deb' | 'rpm' | 'tar';
/** `all`: without a program of a machine in it. */
export type Architecture = 'amd64' | 'arm64' | 'all';

/** What one package is, in the words that all formats share. */
export interface Package {
  readonly name: string;
  readonly version: string;
  readonly architecture: Architecture;
  readonly summary: string;
  /** Paragraphs. */
  readonly description: readonly string[];
  /** In the words of the format that the package was described for. */
  readonly relations: Relations;
  readonly tree: Tree;
  readonly scripts: Scripts;
}

/** Each is a list of names with their bounds, as `nodejs (>= 22.18)` or `nodejs >= 22.18`. */
export interface Relations {
  readonly depends: readonly string[];
  readonly recommends: readonly string[];
  readonly suggests: readonly string[];
  readonly conflicts: readonly string[];
  readonly provides: readonly string[];
}

/**
 * By the names of the format: dpkg's `preinst`, `postinst`, `prerm`, `postrm`; rpm's `pre`, `post`, `preun`, `postun`,
 * `posttrans`. What lies beside the tree in an archive by its path there.
 */
export type Scripts = Readonly<Record<string, string>>;

/** A package can be described for any format: paths and relations differ. */
export interface Describe {
  readonly format: Format;
  readonly architecture: Architecture;
}
