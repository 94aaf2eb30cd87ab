import { type Command, Option } from 'commander';
import { SCOPES, type Scope } from '../../../model/api-scope.ts';
import { API_TOKEN_NAME, LONGEST_TTL_MS, SHORTEST_TTL_MS } from '../../../model/enrolment.ts';
import { type CommandContext, UsageError } from '../../command-context.ts';
import { EXIT } from '../../exit-code.ts';
import { tellAnswer } from '../../tell-answer.ts';
import { parseStretch } from '../../time-option.ts';
import { formatApiToken, formatApiTokens } from '../../views/trust/api-tokens.ts';
import { wrap } from '../../wrap.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from '../socket-option.ts';

/** Tokens of those who ask the API over the network. */
export function addTokens(program: Command, context: CommandContext): void {
  const tokens = program
    .command('tokens')
    .description('who may ask the API over the network: make, list and revoke tokens');
  addCreate(tokens, context);
  addList(tokens, context);
  addRevoke(tokens, context);
  tokens.addHelpText(
    'after',
    `
Example:
  $ trimtab tokens create dashboard --scope read
  $ trimtab tokens list

They are asked for where --api-listen has the API on the network. On the socket
nobody needs one.`,
  );
}

function addCreate(tokens: Command, context: CommandContext): void {
  const command = tokens
    .command('create')
    .description('make a token; it is shown once')
    .argument('<name>', 'whose it is, or what for')
    .addOption(
      new Option('--scope <scope>', 'read: see; trim: see and trim; admin: everything')
        .choices(SCOPES)
        .makeOptionMandatory(),
    )
    .option(
      '--ttl <time>',
      'it is good for so long: 30d, 12w (default: until it is revoked)',
      parseStretch({ leastMs: SHORTEST_TTL_MS, mostMs: LONGEST_TTL_MS }),
    );
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab tokens create dashboard --scope read --ttl 90d

--json prints {name, scope, madeAt, madeBy, expiresAt, token}.`,
    )
    .action(async (name: string) => {
      const options = command.optsWithGlobals<FaceOptions & { scope: Scope; ttl?: number }>();
      requireName(name);
      const answer = await connectDesk(context, options).createApiToken({
        name,
        scope: options.scope,
        ttlMs: options.ttl ?? null,
      });
      tellAnswer({ terminal: context.terminal, answer, isJson: options.json === true, format: formatApiToken });
      context.finish(EXIT.done);
    });
}

function addList(tokens: Command, context: CommandContext): void {
  const command = tokens.command('list').description('list them, without what they say');
  addFaceOptions(command)
    .addHelpText('after', '\nExample:\n  $ trimtab tokens list\n\n--json prints {takenAt, tokens[]}.')
    .action(async () => {
      const options = command.optsWithGlobals<FaceOptions>();
      const answer = await connectDesk(context, options).apiTokens();
      tellAnswer({ terminal: context.terminal, answer, isJson: options.json === true, format: formatApiTokens });
      context.finish(EXIT.done);
    });
}

function addRevoke(tokens: Command, context: CommandContext): void {
  const command = tokens
    .command('revoke')
    .description('have a token be good for nothing any more, at once')
    .argument('<name>', 'as `trimtab tokens list` shows it');
  addFaceOptions(command)
    .addHelpText(
      'after',
      '\nExample:\n  $ trimtab tokens revoke dashboard\n\n--json prints {name, scope, madeAt, madeBy, expiresAt}.',
    )
    .action(async (name: string) => {
      const options = command.optsWithGlobals<FaceOptions>();
      const answer = await connectDesk(context, options).revokeApiToken({ name });
      tellAnswer({
        terminal: context.terminal,
        answer,
        isJson: options.json === true,
        format: (plain, { width }) =>
          `${wrap({ text: `The token ${plain.name} is good for nothing any more. Its name is free.`, width }).join('\n')}\n`,
      });
      context.finish(EXIT.done);
    });
}

function requireName(name: string): void {
  if (!API_TOKEN_NAME.test(name))
    throw new UsageError(`'${name}' is no name for a token: letters, digits and . _ @ -, 64 at the most`);
}
