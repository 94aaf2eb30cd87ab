import { BUILD, GAUGES } from '../../collector/src/metrics/exposition.ts';
import { GUEST_GAUGES } from '../../collector/src/metrics/guest-gauges.ts';
import { TRIM_COUNTERS } from '../../collector/src/metrics/trim-counters.ts';

const HEAD = `# How do I watch it with Prometheus and Grafana?

The collector tells Prometheus' text format at \`/metrics\`: on the API (\`api-listen\`, this host
alone), on its socket, and on an address of its own that others may reach and that tells nothing
else:

    trimtab serve --metrics-listen 192.0.2.1:7463

    scrape_configs:
      - job_name: trimtab
        static_configs:
          - targets: ['192.0.2.1:7463']

Whoever reaches that address reads the names of pools, and with \`metrics-per-guest\` those of guests
and images: there is no password. What nobody measured is not there, and is never 0. Counters begin
at 0 with each start of the collector, as Prometheus expects.

- [monitoring/alert-rules.yml](monitoring/alert-rules.yml): rules for Prometheus.
- [monitoring/dashboard.json](monitoring/dashboard.json): a dashboard for Grafana (Dashboards → New
  → Import).

A test runs each of their queries against a real Prometheus that scrapes a real collector.

This page is made from the sources (\`npm run docs\`); a test holds the two together.
`;

const OWN = `## The collector itself

What the process takes has the names of the official client: \`process_cpu_seconds_total\`,
\`process_resident_memory_bytes\`, \`process_open_fds\`, \`process_start_time_seconds\`,
\`nodejs_eventloop_lag_seconds\` and others.
`;

interface Told {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** docs/metrics.md, as the rows of the figures make it. */
export function formatMetricsPage(): string {
  return [
    HEAD,
    formatSection('Pools and the host', [...GAUGES, { ...BUILD, labels: ['version'] }]),
    formatSection('Trims', Object.values(TRIM_COUNTERS)),
    formatSection('Guests and images, with `metrics-per-guest`', GUEST_GAUGES),
    OWN,
  ].join('\n');
}

function formatSection(heading: string, told: readonly Told[]): string {
  const rows = told.map(
    ({ name, help, labels }) => `| \`${name}\` | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
  );
  return [`## ${heading}`, '', '| name | labels | |', '| --- | --- | --- |', ...rows, ''].join('\n');
}
