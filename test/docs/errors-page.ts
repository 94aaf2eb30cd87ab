import { FAULT_CODES, type FaultCode } from '../../collector/src/api/fault-codes.ts';

const SECTIONS: readonly (readonly [heading: string, said: string, codes: Readonly<Record<string, FaultCode>>])[] = [
  [
    'What was asked for cannot be done',
    'The collector changed nothing. The hint says what to ask for instead.',
    FAULT_CODES.ASKED,
  ],
  ['Something failed on the host', 'The cause has the words of whoever failed.', FAULT_CODES.FAILED],
  [
    'A request was refused',
    'The `problem` of the event `refused`. An agent has reasons of its own, such as `too-soon`.',
    FAULT_CODES.REFUSED,
  ],
  ['The collector cannot start', '`trimtab serve` says it and ends with 1.', FAULT_CODES.NOT_STARTED],
  ['A command cannot go on', 'The commands say these by themselves.', FAULT_CODES.COMMAND],
];

const HEAD = `# What does this error mean?

Every error says what was being done, with what, why it could not be done, and mostly what helps:

    trimtab: cannot trim: web-1: its agent is not connected
      On this host: trimtab enroll GUEST, and in the guest, as root, the line that it prints

In JSON it is \`{code, operation, subject, cause, hint}\`. Programs go by the \`code\`. The HTTP API
answers with \`{"error": …}\` and the status below.

This page is made from the list in the sources (\`npm run docs\`); a test holds the two together.
`;

/** docs/errors.md, as the table of codes makes it. */
export function formatErrorsPage(): string {
  return [HEAD, ...SECTIONS.map(formatSection)].join('\n');
}

function formatSection([heading, said, codes]: (typeof SECTIONS)[number]): string {
  const rows = Object.entries(codes).map(
    ([code, { status, meaning }]) => `| \`${code}\` | ${status ?? ''} | ${meaning} |`,
  );
  return [`## ${heading}`, '', said, '', '| code | status | |', '| --- | --- | --- |', ...rows, ''].join('\n');
}
