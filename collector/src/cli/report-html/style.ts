/** Of the page: nothing is fetched, and dark where the reader's system is. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --quiet: #60646c; --paper: #fff; --line: #d9d9e0; --come: #2a7e4f; --limit: #c62a2f; --level: #2b64b5; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #edeef0; --quiet: #b0b4ba; --paper: #18191b; --line: #43484e; --come: #4cc38a; --limit: #ff8b8f; --level: #70b8ff; }
}
body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; } .quiet { color: var(--quiet); }
.sums { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 1.5rem 0; } .sums b { display: block; font-size: 1.6rem; line-height: 1.2; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .5rem .3rem 0; border-bottom: 1px solid var(--line); }
.name, h2 { overflow-wrap: anywhere; }
th { font-weight: 600; color: var(--quiet); } .n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
@media (max-width: 30rem) { table { font-size: .8rem; } th, td { padding-right: .3rem; } .n { white-space: normal; } }
svg { width: 100%; height: auto; } svg text { font-size: 12px; fill: var(--quiet); }
.axis { stroke: var(--line); } .bar { fill: var(--come); } .level { fill: none; stroke: var(--level); stroke-width: 2; } .limit { fill: none; stroke: var(--limit); stroke-dasharray: 5 4; }
`;
