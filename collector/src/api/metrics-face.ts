import { type Context, Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { MetricsDesk } from '../ports/desk/metrics.ts';

/** prometheus.io/docs/instrumenting/exposition_formats, the text format. */
const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';
export const METRICS_PATH = '/metrics';

/** Figures, and nothing that changes anything: for an address that others reach. */
export function createMetricsFace(desk: MetricsDesk): Hono {
  const face = new Hono();
  face.use(secureHeaders());
  face.get(METRICS_PATH, (context) => answerMetrics(desk, context));
  return face;
}

export async function answerMetrics(desk: MetricsDesk, context: Context): Promise<Response> {
  return context.body(await desk.metrics(), 200, { 'content-type': TEXT_FORMAT, 'cache-control': 'no-store' });
}
