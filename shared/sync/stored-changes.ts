import { gunzipSync, gzipSync } from 'node:zlib';
import type { StoredChange } from './change.ts';

/** Changes of an open batch as bytes; 30 documents fit a table item many times over. */
export function packChanges(changes: readonly StoredChange[]): Uint8Array {
  return gzipSync(JSON.stringify(changes), { level: 1 });
}

/** The changes of {@link packChanges}. What is read here was written here, so its shape is not checked again. */
export function unpackChanges(bytes: Uint8Array): StoredChange[] {
  return JSON.parse(gunzipSync(bytes).toString('utf8')) as StoredChange[];
}
