import { isDeepStrictEqual } from 'node:util';

export interface FieldChange {
  /** Dot path, `Line[0].Amount`. */
  readonly path: string;
  /** Absent where there was nothing. */
  readonly before?: unknown;
  /** Absent where there is nothing any more. */
  readonly after?: unknown;
}

/** Every leaf that differs between two JSON values, in the order of the new one; list elements go by position. */
export function fieldDiff(before: unknown, after: unknown): FieldChange[] {
  const changes: FieldChange[] = [];
  compare(before, after, '', changes);
  return changes;
}

function compare(before: unknown, after: unknown, path: string, changes: FieldChange[]): void {
  if (isDeepStrictEqual(before, after)) return;
  const inside = isBranch(before) || isBranch(after);
  const alike = (before === undefined || isBranch(before)) && (after === undefined || isBranch(after));
  const sameKind = before === undefined || after === undefined || Array.isArray(before) === Array.isArray(after);
  if (!inside || !alike || !sameKind) {
    changes.push({ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) });
    return;
  }
  const [old, now] = [members(before), members(after)];
  const list = Array.isArray(after ?? before);
  for (const key of new Set([...now.keys(), ...old.keys()])) {
    compare(old.get(key), now.get(key), list ? `${path}[${key}]` : path ? `${path}.${key}` : key, changes);
  }
}

function members(value: unknown): Map<string, unknown> {
  return new Map(value === undefined ? [] : Object.entries(value as object));
}

/** An object or list with something in it; an empty one is a leaf. */
function isBranch(value: unknown): value is object {
  return value !== null && typeof value === 'object' && Object.keys(value).length > 0;
}
