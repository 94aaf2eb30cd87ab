import type { XmlElement } from './xml.ts';

/** The first child of this name, and of these attributes. */
export function child(
  parent: XmlElement | null,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): XmlElement | null {
  return children(parent, name, attributes)[0] ?? null;
}

export function children(
  parent: XmlElement | null,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): readonly XmlElement[] {
  const wanted = Object.entries(attributes);
  return (parent?.children ?? []).filter(
    (one) => one.name === name && wanted.every(([key, value]) => one.attributes.get(key) === value),
  );
}

/** Null if the element or the attribute is not there, or empty. */
export function attribute(element: XmlElement | null, name: string): string | null {
  return element?.attributes.get(name) || null;
}

/** Its text without the space around it; null if it is not there, or empty. */
export function textOf(element: XmlElement | null): string | null {
  return element?.text.trim() || null;
}

/** libvirt writes numbers as `3` and as `0x03`. */
export function numberOf(element: XmlElement | null, name: string): number | null {
  const text = attribute(element, name);
  const value = text === null ? Number.NaN : Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** `0000:01:00.0`; null where a part is missing. */
export function toPciAddress(address: XmlElement | null): string | null {
  const parts = ['domain', 'bus', 'slot', 'function'].map((part) => numberOf(address, part));
  if (parts.includes(null)) return null;
  const [domain = '', bus = '', slot = '', own = ''] = parts.map((part) => (part ?? 0).toString(16));
  return `${domain.padStart(4, '0')}:${bus.padStart(2, '0')}:${slot.padStart(2, '0')}.${own}`;
}
