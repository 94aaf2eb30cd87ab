export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly in it. */
  readonly text: string;
}

/** Far beyond any domain: whoever makes a longer text shall not fill the collector's memory. */
export const MOST_XML_CHARACTERS = 4 * 1024 * 1024;
export const MOST_DEPTH = 64;

/**
 * A whole document, as strict as libvirt writes it: every tag closed, every value quoted. No document type, hence no
 * entities but the five of XML and characters by number, and nothing that expands. Throws SyntaxError with the reason.
 *
 * Not a library's: measured here, fast-xml-parser 5.12 takes `<a><b></a>` and a document cut off between two tags for
 * whole unless its validator goes over it first, leaves `&#10;` undecoded, and the two passes take 4 to 7 times as long
 * as this.
 */
export function parseXml(text: string): XmlElement {
  if (text.length > MOST_XML_CHARACTERS) throw new SyntaxError(`it is longer than ${MOST_XML_CHARACTERS} characters`);
  const open: Building[] = [];
  let root: XmlElement | null = null;
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf('<', at);
    addText(open.at(-1), text.slice(at, start < 0 ? undefined : start), root);
    if (start < 0) break;
    const opaque = OPAQUE.find(({ begin }) => text.startsWith(begin, start));
    if (opaque !== undefined) {
      const end = text.indexOf(opaque.end, start + opaque.begin.length);
      if (end < 0) throw new SyntaxError(`it ends within ${opaque.begin}`);
      if (opaque.isText) addRawText(open.at(-1), text.slice(start + opaque.begin.length, end));
      at = end + opaque.end.length;
      continue;
    }
    if (text.startsWith('<!', start)) throw new SyntaxError('it has a document type, which no domain has');
    CLOSING_TAG.lastIndex = start;
    const closing = CLOSING_TAG.exec(text);
    if (closing !== null) {
      const element = open.pop();
      if (element === undefined || element.name !== closing[1])
        throw new SyntaxError(`</${closing[1]}> closes nothing`);
      if (open.length === 0) root = element;
      at = CLOSING_TAG.lastIndex;
      continue;
    }
    OPENING_TAG.lastIndex = start;
    const [, name, attributes = '', slash] = OPENING_TAG.exec(text) ?? [];
    if (name === undefined) throw new SyntaxError(`no tag can be read at character ${start}: cut off, or damaged`);
    if (root !== null) throw new SyntaxError(`<${name}> follows the end of the document`);
    if (open.length >= MOST_DEPTH) throw new SyntaxError(`it is nested more than ${MOST_DEPTH} deep`);
    const element: Building = { name, attributes: readAttributes(attributes), children: [], text: '' };
    open.at(-1)?.children.push(element);
    if (slash === '') open.push(element);
    else if (open.length === 0) root = element;
    at = OPENING_TAG.lastIndex;
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) throw new SyntaxError(`it ends before <${unclosed.name}> is closed: cut off`);
  if (root === null) throw new SyntaxError('it holds no element');
  return root;
}

interface Building {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const OPAQUE = [
  { begin: '<!--', end: '-->', isText: false },
  { begin: '<![CDATA[', end: ']]>', isText: true },
  { begin: '<?', end: '?>', isText: false },
];

const NAME = '[A-Za-z_][\\w.:-]*';
const OPENING_TAG = new RegExp(`<(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`, 'y');
const CLOSING_TAG = new RegExp(`</(${NAME})\\s*>`, 'y');
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g');

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

function readAttributes(text: string): ReadonlyMap<string, string> {
  if (text === '') return NO_ATTRIBUTES;
  const found = new Map<string, string>();
  for (const [, name = '', double, single = ''] of text.matchAll(ATTRIBUTE)) found.set(name, decode(double ?? single));
  return found;
}

function addText(element: Building | undefined, text: string, root: XmlElement | null): void {
  if (element !== undefined) element.text += decode(text);
  else if (text.trim() !== '') throw new SyntaxError(`text ${root === null ? 'before' : 'after'} the document`);
}

function addRawText(element: Building | undefined, text: string): void {
  if (element !== undefined) element.text += text;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));|&/gi, (whole, decimal, hexadecimal, name) => {
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
    const character = name === undefined ? toCharacter(code) : ENTITIES[name];
    if (character === undefined) throw new SyntaxError(`it has an entity that XML itself does not have: ${whole}`);
    return character;
  });
}

function toCharacter(code: number): string | undefined {
  return code >= 1 && code <= 0x10_ffff ? String.fromCodePoint(code) : undefined;
}
