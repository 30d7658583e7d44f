import type { Clause } from './document.ts';

/** Condition keys of one call, lower case, e.g. `aws:requestedregion`. */
export type CallContext = Readonly<Record<string, readonly string[]>>;

/** One permission a call needs. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  readonly context?: CallContext;
}

/**
 * Whether the clauses of an identity allow a need: an explicit deny wins, and nothing is allowed that no clause allows.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function isAllowed(clauses: readonly Clause[], need: Need): boolean {
  let allowed = false;
  for (const clause of clauses) {
    if (!applies(clause, need)) continue;
    if (clause.effect === 'Deny') return false;
    allowed = true;
  }
  return allowed;
}

function applies(clause: Clause, need: Need): boolean {
  const action =
    clause.notActions.length > 0
      ? !clause.notActions.some((pattern) => matches(pattern.toLowerCase(), need.action.toLowerCase()))
      : clause.actions.some((pattern) => matches(pattern.toLowerCase(), need.action.toLowerCase()));
  if (!action) return false;
  const resource =
    clause.notResources.length > 0
      ? !clause.notResources.some((pattern) => matches(pattern, need.resource))
      : clause.resources.some((pattern) => matches(pattern, need.resource));
  return resource && conditionsHold(clause, need.context ?? {});
}

const patterns = new Map<string, RegExp>();

/** IAM wildcards: `*` is any text, `?` is one character. */
export function matches(pattern: string, value: string): boolean {
  if (pattern === '*' || pattern === value) return true;
  if (!/[*?]/.test(pattern)) return false;
  let compiled = patterns.get(pattern);
  if (!compiled) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.');
    compiled = new RegExp(`^${source}$`, 's');
    patterns.set(pattern, compiled);
  }
  return compiled.test(value);
}

type Comparison = (expected: string, actual: string) => boolean;

/** Operators by base name; `Not` forms are the negation over all expected values. */
const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: (expected, actual) => expected === actual,
  StringEqualsIgnoreCase: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
  StringLike: matches,
  ArnEquals: matches,
  ArnLike: matches,
  Bool: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
  NumericEquals: (expected, actual) => Number(actual) === Number(expected),
  NumericLessThan: (expected, actual) => Number(actual) < Number(expected),
  NumericLessThanEquals: (expected, actual) => Number(actual) <= Number(expected),
  NumericGreaterThan: (expected, actual) => Number(actual) > Number(expected),
  NumericGreaterThanEquals: (expected, actual) => Number(actual) >= Number(expected),
};

function conditionsHold(clause: Clause, context: CallContext): boolean {
  return Object.entries(clause.conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => holds(operator, expected, context[key.toLowerCase()])),
  );
}

/** A key the call does not have makes a condition false, unless the operator says otherwise (…IfExists, ForAllValues). */
function holds(operator: string, expected: readonly string[], actual: readonly string[] | undefined): boolean {
  const forAll = operator.startsWith('ForAllValues:');
  const optional = operator.endsWith('IfExists');
  const base = operator.replace(/^For(All|Any)Values?:/, '').replace(/IfExists$/, '');
  if (base === 'Null') return (actual === undefined) === (expected[0] === 'true');
  const negated = base.includes('Not');
  const compare = comparisons[base.replace('Not', '')];
  if (!compare) return false;
  if (actual === undefined) return optional || forAll || negated;
  const one = (value: string): boolean => {
    const found = expected.some((pattern) => compare(pattern, value));
    return negated ? !found : found;
  };
  return forAll ? actual.every(one) : actual.some(one);
}
