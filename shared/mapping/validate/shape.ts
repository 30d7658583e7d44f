import type * as z from 'zod';
import {
  type Condition,
  conditionSchema,
  type MappingDocument,
  mappingDocumentSchema,
  transformSchema,
} from '../document.ts';
import { at, type MappingFaultCode, type Report } from './faults.ts';

export const documentLimits = {
  /** Characters of the document as JSON. */
  size: 65_536,
  /** Objects and lists within each other. */
  depth: 20,
  /** Fields, those of elements included. */
  fields: 400,
} as const;

/** The document, when it has the shape of one; otherwise every fault of its shape is reported. */
export function readShape(given: unknown, report: Report): MappingDocument | undefined {
  // Before anything walks through it by recursion.
  if (depthOf(given) > documentLimits.depth) {
    report('', 'too_deep', `A mapping has at most ${documentLimits.depth} levels.`);
    return undefined;
  }
  const size = JSON.stringify(given ?? null).length;
  if (size > documentLimits.size) {
    report('', 'too_large', `A mapping has at most ${documentLimits.size} characters; this one has ${size}.`);
    return undefined;
  }
  const parsed = mappingDocumentSchema.safeParse(given);
  if (parsed.success) {
    const fields = countFields(parsed.data.fields);
    if (fields > documentLimits.fields) {
      report(
        'fields',
        'too_many_fields',
        `A mapping has at most ${documentLimits.fields} fields; this one has ${fields}.`,
      );
    }
    return parsed.data;
  }
  for (const issue of parsed.error.issues) reportIssue(issue, [], report);
  return undefined;
}

/** The condition, when it has the shape of one; otherwise every fault of its shape is reported below `where`. */
export function readCondition(given: unknown, where: string, report: Report): Condition | undefined {
  if (depthOf(given) > documentLimits.depth) {
    report(where, 'too_deep', `A condition has at most ${documentLimits.depth} levels.`);
    return undefined;
  }
  const parsed = conditionSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) reportIssue(issue, [where], report);
  return undefined;
}

function reportIssue(issue: z.core.$ZodIssue, before: readonly PropertyKey[], report: Report): void {
  const parts = [...before, ...issue.path].map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) report(at(...parts, key), 'unknown_member', 'There is no such member.');
    return;
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // Of the forms it could have, the one that comes closest says what is wrong.
    const [closest = []] = issue.errors.toSorted((a, b) => distance(a) - distance(b));
    for (const inner of closest) reportIssue(inner, parts, report);
    return;
  }
  const code = codeOf(issue, parts);
  report(at(...parts), code, code === 'unknown_transform' ? noTransform : `${issue.message}.`.replace(/\.\.$/, '.'));
}

const noTransform = `There is no such transform; there are ${transformSchema.options.map(({ shape }) => shape.op.value).join(', ')}.`;

function codeOf(issue: z.core.$ZodIssue, parts: readonly (string | number)[]): MappingFaultCode {
  const isTransform = parts.at(-1) === 'op' || typeof parts.at(-1) === 'number';
  return issue.code === 'invalid_union' && isTransform ? 'unknown_transform' : 'invalid';
}

/** A form without a member that is there is further off than one whose member is wrong inside. */
function distance(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys') return sum + 2 * issue.keys.length;
    return sum + (issue.path.length > 1 ? 1 : 2);
  }, 0);
}

function depthOf(value: unknown): number {
  let level: readonly unknown[] = [value];
  for (let depth = 0; ; depth += 1) {
    level = level.flatMap((each) => (each !== null && typeof each === 'object' ? Object.values(each) : []));
    if (level.length === 0 || depth > documentLimits.depth) return depth;
  }
}

function countFields(fields: MappingDocument['fields']): number {
  return fields.reduce((sum, { fields: inner = [] }) => sum + 1 + countFields(inner), 0);
}
