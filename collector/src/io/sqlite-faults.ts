import { Fault, type FaultDetail, toCause } from '@trimtab/protocol/shared';

/** SQLite's primary result codes (sqlite.org/rescode.html); extended ones hold them in the low byte. */
function toFault({ path, error }: { readonly path: string; readonly error: unknown }): unknown {
  const extended = error instanceof Error && 'errcode' in error ? error.errcode : null;
  if (typeof extended !== 'number') return error;
  const { code, hint } = explain(path, extended & 0xff);
  return new Fault({ code, operation: 'use the database', subject: path, cause: toCause(error), hint });
}

function explain(path: string, code: number): Pick<FaultDetail, 'code' | 'hint'> {
  switch (code) {
    case 5:
    case 6:
      return { code: 'store-busy', hint: `Another process holds it. See which: fuser ${path}` };
    case 3:
    case 8:
    case 14:
      return { code: 'store-not-writable', hint: 'Make the folder writable or choose another --state-directory.' };
    case 10:
      return { code: 'store-io', hint: 'The disk below it has a problem; see dmesg.' };
    case 11:
    case 26:
      return {
        code: 'store-corrupt',
        hint: `Put a backup in its place, or start with an empty history: mv ${path} ${path}.broken`,
      };
    case 13:
      return { code: 'store-full', hint: 'Make room on the filesystem that holds it.' };
    default:
      return { code: 'store-error', hint: null };
  }
}

/** Every error of SQLite is a Fault whose code begins with `store-`. */
export function createAttempt(path: string): <Value>(work: () => Value) => Value {
  return (work) => {
    try {
      return work();
    } catch (error) {
      throw toFault({ path, error });
    }
  };
}
