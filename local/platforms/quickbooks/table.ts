import { stringifyExact } from '#shared/core/json.ts';
import type { EntitySpec } from './specs/entity-spec.ts';
import { numericProperties } from './specs/index.ts';
import { isRow, type Row, refOf, textOf, type Value } from './values.ts';

/** One stored object. `body` is what a read returns; `json` is its text, made on the first read after a change. */
export interface Stored {
  readonly id: string;
  readonly created: number;
  body: Row;
  syncToken: number;
  updated: number;
  json: string | undefined;
}

/** All objects of one entity in one company, oldest first, with indexes on the properties queries use. */
export class Table {
  readonly spec: EntitySpec;
  readonly stored = new Map<string, Stored>();
  /** Ids deleted and when, for change data capture. */
  readonly deleted = new Map<string, number>();
  private readonly indexes = new Map<string, Map<string, Set<string>>>();

  constructor(spec: EntitySpec) {
    this.spec = spec;
    for (const property of spec.indexed) this.indexes.set(property, new Map());
  }

  get(id: string): Stored | undefined {
    return this.stored.get(id);
  }

  put(entry: Stored, body: Row): void {
    this.unindex(entry);
    entry.body = body;
    entry.json = undefined;
    this.stored.set(entry.id, entry);
    for (const [property, index] of this.indexes) {
      const key = indexKey(body[property]);
      if (key === undefined) continue;
      const ids = index.get(key);
      if (ids) ids.add(entry.id);
      else index.set(key, new Set([entry.id]));
    }
  }

  remove(entry: Stored, at: number): void {
    this.unindex(entry);
    this.stored.delete(entry.id);
    this.deleted.set(entry.id, at);
  }

  /** Entries with one of these values, or undefined when the property has no index. Letter case is ignored. */
  find(property: string, values: readonly string[]): Stored[] | undefined {
    if (property === 'Id') return this.pick(values);
    const index = this.indexes.get(property);
    if (!index) return undefined;
    const ids = new Set(values.flatMap((value) => [...(index.get(value.toLowerCase()) ?? [])]));
    return this.pick([...ids]);
  }

  private pick(ids: readonly string[]): Stored[] {
    return [...new Set(ids)].map((id) => this.stored.get(id)).filter((entry) => entry !== undefined);
  }

  private unindex(entry: Stored): void {
    if (!this.stored.has(entry.id)) return;
    for (const [property, index] of this.indexes) {
      const key = indexKey(entry.body[property]);
      const ids = key === undefined ? undefined : index.get(key);
      ids?.delete(entry.id);
      if (key !== undefined && ids?.size === 0) index.delete(key);
    }
  }
}

/** What a query compares of a property: the id of a reference, the address of an e-mail, else the text. */
export function comparable(value: Value): string | undefined {
  if (isRow(value)) return refOf(value) ?? textOf(value.Address) ?? textOf(value.FreeFormNumber);
  return typeof value === 'boolean' ? String(value) : textOf(value);
}

function indexKey(value: Value): string | undefined {
  return comparable(value)?.toLowerCase();
}

/** The entry as JSON text, numbers with exactly their digits. */
export function jsonOf(entry: Stored): string {
  entry.json ??= stringifyExact(entry.body, numericProperties);
  return entry.json;
}
