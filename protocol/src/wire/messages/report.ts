import * as v from 'valibot';
import { trimReportSchema } from '../model/report.ts';

/** Guest → host: what a trim did. Repeated after every reconnect until acknowledged. */
export const reportMessageSchema = v.object({
  type: v.literal('report'),
  report: trimReportSchema,
});
export type ReportMessage = v.InferOutput<typeof reportMessageSchema>;
