export interface MetricsDesk {
  /** Prometheus' text format, as of what status and guests show. */
  metrics(): Promise<string>;
}
