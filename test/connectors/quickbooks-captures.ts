import { readdirSync, readFileSync } from 'node:fs';
import { sourceEntities } from '#shared/connectors/quickbooks/records/index.ts';
import { type JsonObject, parseExact } from '#shared/core/json.ts';

const folder = new URL('../fixtures/quickbooks/', import.meta.url);

/** One object of a recorded answer. */
export interface CapturedRow {
  /** File and position: `invoice_void`, `item_query 2`. */
  readonly name: string;
  readonly entity: string;
  readonly row: JsonObject;
}

/** Every object of an entity that is read, in whatever envelope it was recorded. */
export function capturedRows(): CapturedRow[] {
  return readdirSync(folder)
    .filter((file) => /\.(json|xml)$/.test(file))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(new URL(file, folder), 'utf8');
      const body = file.endsWith('.xml') ? fromXml(text) : (parseExact(text) as { body?: unknown }).body;
      const rows = [...rowsIn(body)];
      const name = file.replace(/\.\w+$/, '');
      return rows.map((found, index) => ({ ...found, name: rows.length === 1 ? name : `${name} ${index + 1}` }));
    });
}

function* rowsIn(value: unknown): Generator<Pick<CapturedRow, 'entity' | 'row'>> {
  if (value === null || typeof value !== 'object') return;
  for (const [key, member] of Object.entries(value)) {
    const entity = Object.keys(sourceEntities).find((name) => sourceEntities[name]?.type === key);
    const isRow = (row: unknown): row is JsonObject => row !== null && typeof row === 'object' && 'Id' in row;
    const rows = (Array.isArray(member) ? member : [member]).filter(isRow);
    if (entity && rows.length > 0) for (const row of rows) yield { entity, row };
    else yield* rowsIn(member);
  }
}

const lists = new Set(['Line', 'TaxLine', 'LinkedTxn', 'CustomField']);

/**
 * The XML recordings as the JSON API says the same: a reference is an element with its name as an attribute. Enough for
 * these files, which hold neither CDATA nor text beside elements.
 */
function fromXml(text: string): JsonObject {
  const tag = /<(\/?)([\w:]+)([^>]*?)(\/?)>([^<]*)/g;
  const root: Record<string, unknown> = {};
  const open: { readonly name: string; readonly value: Record<string, unknown>; text: string; attributes: string }[] = [
    { name: '', value: root, text: '', attributes: '' },
  ];
  const body = text.replace(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g, '');
  for (const [, closing, name = '', attributes = '', empty, content = ''] of body.matchAll(tag)) {
    if (!closing) open.push({ name, value: {}, text: content, attributes });
    if (!closing && !empty) continue;
    const done = open.pop();
    const parent = open.at(-1)?.value;
    if (!done || !parent) throw new Error('not well-formed');
    const value = elementValue(done.name, done.value, decoded(done.text), done.attributes);
    const before = parent[done.name];
    if (lists.has(done.name) || before !== undefined) {
      parent[done.name] = [...(Array.isArray(before) ? before : before === undefined ? [] : [before]), value];
    } else parent[done.name] = value;
  }
  return root as JsonObject;
}

function elementValue(name: string, members: Record<string, unknown>, text: string, attributes: string): unknown {
  const status = /\bstatus="(\w+)"/.exec(attributes)?.[1];
  if (Object.keys(members).length > 0) return status === undefined ? members : { ...members, status };
  const label = /\bname="([^"]*)"/.exec(attributes)?.[1];
  if (name.endsWith('Ref')) return { value: text, ...(label === undefined ? {} : { name: decoded(label) }) };
  if (name === 'CustomerMemo') return { value: text };
  return /^(true|false)$/.test(text) ? text === 'true' : text;
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};
const decoded = (text: string): string => text.trim().replace(/&\w+;/g, (entity) => entities[entity] ?? entity);
