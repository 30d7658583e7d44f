import { canonicalJson, type Json, type JsonObject } from '../core/json.ts';
import { sameContent } from '../core/same-content.ts';
import type { ConflictField, ConflictSide } from '../model/conflict.ts';

export interface Versions {
  /** What the source says now, as a payload. */
  readonly ours: JsonObject;
  /** What both sides agreed on last, in the target's terms; unknown of a document we only recognised. */
  readonly written: JsonObject | undefined;
  /** What the source said then, where that is another thing. */
  readonly said: JsonObject | undefined;
  /** What the target has now. */
  readonly theirs: JsonObject;
  /** Members that say which document it is: nothing to agree on. */
  readonly identity?: readonly string[] | undefined;
}

/** Member by member, what the two sides hold and who changed it; members that are the same on both are left out. */
export function fieldsOf(versions: Versions, tie: ConflictSide): ConflictField[] {
  const { ours, written, theirs, identity = [] } = versions;
  return Object.keys(ours).flatMap((path): ConflictField[] => {
    if (identity.includes(path) || sameContent(ours[path], theirs[path])) return [];
    const { bySource, byTarget } = changedBy(versions, path);
    const winner = bySource && byTarget ? tie : byTarget || !bySource ? 'target' : 'source';
    return [
      {
        path,
        base: written?.[path],
        source: ours[path],
        target: theirs[path],
        contested: bySource && byTarget,
        winner,
      },
    ];
  });
}

function changedBy({ ours, said, written, theirs }: Versions, path: string) {
  if (!written) return { bySource: true, byTarget: true };
  return {
    bySource: said ? canonicalJson(ours[path]) !== canonicalJson(said[path]) : !sameContent(ours[path], written[path]),
    byTarget: !sameContent(written[path], theirs[path]),
  };
}

/** The source's payload with the target's values where the target wins. */
export function pick(ours: JsonObject, theirs: JsonObject, fields: readonly ConflictField[]): JsonObject {
  const kept = new Set(fields.filter(({ winner }) => winner === 'target').map(({ path }) => path));
  return Object.fromEntries(
    Object.entries(ours).flatMap(([name, value]): [string, Json | undefined][] => {
      if (!kept.has(name)) return [[name, value]];
      return name in theirs ? [[name, theirs[name]]] : [];
    }),
  );
}
