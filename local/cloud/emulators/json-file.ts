import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps one JSON value on disk, or nowhere when there is no folder. */
export interface JsonFile<T> {
  load(fallback: T): T;
  save(value: T): void;
}

/** Saves replace the file in one step, so that a crash leaves the old value or the new one. */
export function jsonFile<T>(folder: string | undefined, name: string): JsonFile<T> {
  if (folder === undefined) return { load: (fallback) => fallback, save: () => undefined };
  const path = join(folder, name);
  return {
    load: (fallback) => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : fallback),
    save: (value) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}
