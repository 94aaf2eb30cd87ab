import type {
  AcknowledgeQuery,
  AlertRow,
  AlertsQuery,
  AlertsView,
  NewSilence,
  SilenceQuery,
  Unsilenced,
  UnsilenceQuery,
} from '../../model/alerts-view.ts';
import type { TestedSender } from '../notices.ts';

export interface AlertsDesk {
  alerts(query: AlertsQuery): Promise<AlertsView>;
  /** Throws `too-many-silences`. */
  silence(query: SilenceQuery): Promise<NewSilence>;
  /** Throws `unknown-silence`, `ambiguous-silence`. */
  unsilence(query: UnsilenceQuery): Promise<Unsilenced>;
  /** Throws `unknown-alert`, `ambiguous-alert`. */
  acknowledge(query: AcknowledgeQuery): Promise<AlertRow>;
  /** Has a sender (null: all) deliver a notice that says it is a test. */
  testSenders(query: { readonly to: string | null }): Promise<{ readonly senders: readonly TestedSender[] }>;
}
