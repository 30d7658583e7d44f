import { isRecord, type Props, records, strings } from '#local/cloud/template/types.ts';

/** One statement of a policy document in one shape: lists everywhere. */
export interface Clause {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** `{ StringEquals: { 'aws:RequestedRegion': ['us-east-1'] } }` */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Service principals, in trust policies only. */
  readonly services: readonly string[];
}

export function clausesOf(document: unknown): readonly Clause[] {
  if (!isRecord(document)) return [];
  const { Statement: statement } = document;
  return records(Array.isArray(statement) ? statement : [statement]).map(toClause);
}

function toClause(statement: Props): Clause {
  const principal = isRecord(statement.Principal) ? statement.Principal : {};
  return {
    effect: statement.Effect === 'Deny' ? 'Deny' : 'Allow',
    actions: strings(statement.Action),
    notActions: strings(statement.NotAction),
    resources: strings(statement.Resource),
    notResources: strings(statement.NotResource),
    conditions: isRecord(statement.Condition) ? toConditions(statement.Condition) : {},
    services: strings(principal.Service),
  };
}

function toConditions(condition: Props): Clause['conditions'] {
  const operators = Object.entries(condition).filter(([, keys]) => isRecord(keys));
  return Object.fromEntries(
    operators.map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys as Props).map(([key, value]) => [key, values(value)])),
    ]),
  );
}

function values(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}
