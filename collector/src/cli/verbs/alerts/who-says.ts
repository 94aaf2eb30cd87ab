import type { CommandContext } from '../../command-context.ts';
import { UsageError } from '../../command-context.ts';

/** As the API takes it (api/inputs.ts). */
const COMMENT_LIMIT = 500;

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
  if (comment !== null && comment.length > COMMENT_LIMIT)
    throw new UsageError(`a comment has at most ${COMMENT_LIMIT} characters`);
  const { SUDO_USER, USER, LOGNAME } = environment;
  const by = [SUDO_USER, USER, LOGNAME].find((name) => name !== undefined && name !== '' && name.length <= 256);
  return { by: by ?? null, comment };
}
