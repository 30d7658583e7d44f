import { numericNames } from '../properties.ts';
import type { EntityName, EntitySpec } from './entity-spec.ts';
import { nameSpecs } from './names.ts';
import { systemSpecs } from './system.ts';
import { transactionSpecs } from './transactions.ts';

const all: readonly EntitySpec[] = [...nameSpecs, ...transactionSpecs, ...systemSpecs];
const byPath = new Map(all.map((spec) => [spec.name.toLowerCase(), spec]));

/** The entity of a path segment or a query, whatever its letter case. */
export function findSpec(name: string): EntitySpec | undefined {
  return byPath.get(name.toLowerCase());
}

export function specOf(name: EntityName): EntitySpec {
  const spec = findSpec(name);
  if (!spec) throw new Error(`no entity ${name}`);
  return spec;
}

/** Properties printed as JSON numbers, over all entities. */
export const numericProperties: ReadonlySet<string> = new Set(
  all.flatMap((spec) => [...numericNames(spec.fields)]).concat('Rate'),
);
