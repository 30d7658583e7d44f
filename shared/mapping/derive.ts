import { money, sum } from '../core/money.ts';
import type { Derived } from './document.ts';
import { fillTemplate, holds, readPath, type Scope } from './scope.ts';
import { applyTransforms } from './transforms.ts';

/**
 * The scope with what a document derives from it.
 *
 * @throws TransformError, or RangeError for text where an amount or instant is meant.
 */
export function withDerived(scope: Scope, derived: readonly Derived[] = []): Scope {
  let current = scope;
  for (const rule of derived) {
    const value = applyTransforms(gathered(rule, current), rule.via ?? [], current);
    if (value !== undefined) current = { ...current, [rule.name]: value };
  }
  return current;
}

function gathered({ from, template, only, flat, sum: isSum }: Derived, scope: Scope): unknown {
  if (template !== undefined) return fillTemplate(template, scope).trim() || undefined;
  let value = from === undefined ? undefined : (readPath(scope, from) ?? undefined);
  if (!Array.isArray(value)) return value;
  if (only) value = value.filter((item) => holds(only, { ...scope, item }));
  if (flat) value = (value as unknown[]).flat();
  return isSum ? money(sum(value as unknown[])) : value;
}
