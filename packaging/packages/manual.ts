import { gzipSync } from 'node:zlib';
import { type CommandPage, listPages, type Term } from '../commands/command.ts';
import type { Release } from '../inputs/release.ts';
import type { Format } from '../model/package.ts';
import { type FileEntry, type Tree, textFile } from '../model/tree.ts';
import { formatBashCompletion } from '../texts/bash-completion.ts';
import { formatFishCompletion } from '../texts/fish-completion.ts';
import { formatManPage, manName, SECTION } from '../texts/man-page.ts';
import { formatZshCompletion } from '../texts/zsh-completion.ts';

/** The pages of programs and of their commands, and what completes their command lines. */
export function manualOf(call: ManualCall): Tree {
  const { programs, format } = call;
  return programs.flatMap((program) => {
    const name = manName(program);
    const pages = listPages(program).map((page) => manPage({ program, page }, call));
    // One without options or commands has nothing to complete.
    if (program.options.length === 0) return pages;
    return [
      ...pages,
      textFile(`/usr/share/bash-completion/completions/${name}`, formatBashCompletion(program)),
      textFile(`${ZSH[format]}/_${name}`, formatZshCompletion(program)),
      textFile(`/usr/share/fish/vendor_completions.d/${name}.fish`, formatFishCompletion(program)),
    ];
  });
}

interface ManualCall {
  readonly programs: readonly CommandPage[];
  readonly files: readonly Term[];
  readonly release: Release;
  readonly format: Format;
}

interface Placed {
  readonly program: CommandPage;
  readonly page: CommandPage;
}

function manPage(placed: Placed, { programs, files, release }: ManualCall): FileEntry {
  const { page, program } = placed;
  const names = programs.flatMap((each) =>
    listPages(each).flatMap((other) =>
      isNear(placed, other) || (other === each && each !== program) ? [manName(other)] : [],
    ),
  );
  const isServing = page === program || ['serve', 'run'].includes(page.words.at(-1) ?? '');
  const text = formatManPage({
    page,
    files: isServing ? files : [],
    related: names,
    version: release.version,
    epoch: release.epoch,
  });
  return textFile(`/usr/share/man/man${SECTION}/${manName(page)}.${SECTION}.gz`, pack(text));
}

/** Where zsh finds what packages bring: Debian has a folder for that. */
const ZSH: Readonly<Record<Format, string>> = {
  deb: '/usr/share/zsh/vendor-completions',
  rpm: '/usr/share/zsh/site-functions',
  tar: '/usr/share/zsh/site-functions',
};

/** A program leads to its commands, a command to the program and to what is below and above it. */
function isNear({ program, page }: Placed, other: CommandPage): boolean {
  if (other === page || other.words[0] !== page.words[0]) return false;
  const begins = ({ words }: CommandPage, name: string) => `${words.join(' ')} `.startsWith(`${name} `);
  return (
    page === program || other === program || begins(page, other.words.join(' ')) || begins(other, page.words.join(' '))
  );
}

/** Without the time and the name of what was packed, and of the same bytes wherever it is made. */
export function pack(text: string): Uint8Array {
  const packed = gzipSync(text, { level: 9 });
  // The system that packed it (RFC 1952): always Unix.
  packed[9] = 3;
  return packed;
}
