/** A command of a program, as its own help tells of it. */
export interface CommandPage {
  /** `trimtab`, `guests`, `approve`. */
  readonly words: readonly string[];
  /** What it is, in one line. */
  readonly summary: string;
  readonly usage: string;
  readonly arguments: readonly Term[];
  readonly options: readonly Option[];
  readonly commands: readonly CommandPage[];
  /** All else that the help says, in its order. */
  readonly prose: readonly Block[];
}

export interface Term {
  readonly term: string;
  readonly text: string;
}

export interface Option {
  /** `-h`, `--help`. */
  readonly flags: readonly string[];
  /** `PATH`, as help shows it; null of one that takes none. */
  readonly value: string | null;
  readonly text: string;
}

export type Block =
  /** Words that may be wrapped anew. */
  | { readonly kind: 'paragraph'; readonly text: string }
  /** What is typed, line by line. */
  | { readonly kind: 'example'; readonly lines: readonly string[] };

/** The page and all below it, from the top. */
export function listPages(page: CommandPage): readonly CommandPage[] {
  return [page, ...page.commands.flatMap(listPages)];
}
