import { contentHash, type JsonObject } from '../../core/json.ts';

/** Members that say who a record is and when it was written, not what it is like. */
const bookkeeping = new Set(['id', 'order']);

/** What a person could have changed at a till. */
export function contentOf(body: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !bookkeeping.has(name))) as JsonObject;
}

/** The same for a record that was read and for the one that was written. */
export function fingerprintOf(body: Readonly<Record<string, unknown>>): string {
  return contentHash(contentOf(body));
}
