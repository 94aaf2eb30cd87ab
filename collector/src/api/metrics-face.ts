import { type Context, Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { MetricsDesk } from '../ports/desk/metrics.ts';
import type { Log } from '../ports/log.ts';

/** prometheus.io/docs/instrumenting/exposition_formats, the text format. */
const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';
export const METRICS_PATH = '/metrics';

/** Figures, and nothing that changes anything: for an address that others reach. */
export function createMetricsFace({
  desk,
  log,
}: {
  readonly desk: MetricsDesk;
  readonly log: Pick<Log, 'error'>;
}): Hono {
  const face = new Hono();
  face.onError((error, context) => {
    log.error({ err: error, path: context.req.path }, 'the figures could not be told');
    // No more: others than people of this host read it.
    return context.text('The figures could not be read. The log of the collector says why.\n', 503);
  });
  face.use(secureHeaders());
  face.get(METRICS_PATH, (context) => answerMetrics(desk, context));
  return face;
}

export async function answerMetrics(desk: MetricsDesk, context: Context): Promise<Response> {
  return context.body(await desk.metrics(), 200, { 'content-type': TEXT_FORMAT, 'cache-control': 'no-store' });
}
