import type { TrimReport } from '@trimtab/protocol';
import type { Folder } from '../ports/folder.ts';
import type { Log } from '../ports/log.ts';
import { removeJournal } from '../report/journal.ts';
import type { Outbox } from '../report/outbox.ts';

export interface ReportKeeper {
  /** Resolves once the report would outlive a crash, and the journal of a trim that ran is gone. */
  keep(call: { readonly report: TrimReport; readonly ran: boolean }): Promise<void>;
  /** Keeps what could not be kept before, as it was: of a trim that ran, its journal knows far less. */
  keepAgain(): Promise<void>;
}

/** Reports on their way into the outbox, of which the disk may be full. */
export function createReportKeeper({
  outbox,
  folder,
  log,
}: {
  outbox: Outbox;
  folder: Folder;
  log: Log;
}): ReportKeeper {
  /** No other trim begins before it is kept, so that it is the only one. */
  let unkept: TrimReport | null = null;

  async function keep({ report, ran }: { readonly report: TrimReport; readonly ran: boolean }): Promise<void> {
    await outbox.put(report);
    if (ran) await removeJournal({ folder });
  }

  return {
    async keep(call) {
      try {
        await keep(call);
      } catch (error) {
        if (call.ran) unkept = call.report;
        throw error;
      }
    },
    async keepAgain() {
      if (unkept === null) return;
      const report = unkept;
      await keep({ report, ran: true });
      unkept = null;
      log.info(`the report of trim ${report.id}, which could not be kept before, is kept now`);
    },
  };
}
