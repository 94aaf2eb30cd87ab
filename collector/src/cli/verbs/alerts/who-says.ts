import { WORDS_LIMIT } from '../../../model/silence.ts';
import { type CommandContext, UsageError } from '../../command-context.ts';

export interface Said {
  /** Whoever has become root by sudo(8) is meant by their own name. */
  readonly by: string | null;
  readonly comment: string | null;
}

/** Who says something, and why. */
export function readSaid(
  { environment }: Pick<CommandContext, 'environment'>,
  { comment = null }: { readonly comment?: string | null },
): Said {
  if (comment !== null && comment.length > WORDS_LIMIT)
    throw new UsageError(`a comment has at most ${WORDS_LIMIT} characters`);
  const { SUDO_USER, USER, LOGNAME } = environment;
  const by = [SUDO_USER, USER, LOGNAME].find((name) => name !== undefined && name !== '' && name.length <= WORDS_LIMIT);
  return { by: by ?? null, comment };
}
