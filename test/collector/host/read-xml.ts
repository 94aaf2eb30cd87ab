import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../fixtures/libvirt/', import.meta.url);

/** A domain from test/fixtures/libvirt. */
export function readXml(name: string): string {
  return readFileSync(new URL(`${name}.xml`, FOLDER), 'utf8');
}

/** All of them, by UUID; one that is there twice (running and shut off) as it runs. */
export function readAllXml(): ReadonlyMap<string, string> {
  const texts = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.xml') && name !== 'shut-off.xml')
    .map((name) => readXml(name.slice(0, -'.xml'.length)));
  return new Map(texts.map((text) => [/<uuid>(.*)<\/uuid>/.exec(text)?.[1] ?? '', text]));
}
