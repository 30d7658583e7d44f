import { Environment } from '@marcbachmann/cel-js';
import type { Scope } from '../scope.ts';
import { functions, listOf, methods, operators } from './functions.ts';
import { ExpressionError, expressionLimits, Meter } from './limits.ts';
import { rewrite } from './rewrite.ts';
import { Decimal, lower, member, paid, RecordValue } from './values.ts';

/** An expression of the Common Expression Language, ready to be evaluated as often as there are records. */
export interface Expression {
  /** Paths of the record it reads: `lines[].total`. */
  readonly reads: readonly string[];
  /** @throws ExpressionError, and nothing else. */
  evaluate(scope: Scope): unknown;
}

const { sourceLength, nodes, depth, listLength } = expressionLimits;
/** Reads what a person wrote. Whatever it knows beside the grammar is of no use: nothing is evaluated with it. */
const grammar = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: nodes, maxDepth: depth, maxListElements: 100, maxMapEntries: 0, maxCallArguments: 8 },
});

const meter = new Meter();
type Table = Readonly<Record<string, { apply(...values: unknown[]): unknown }>>;
const applyOf = (table: Table) => (name: string, values: unknown[]) => paid(table[name]?.apply(...values), meter);

/** Evaluates what rewrite.ts makes of it: the calls below are all it has. */
const machine = new Environment({
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: nodes * 12, maxDepth: depth * 8, maxListElements: listLength },
})
  .registerVariable('scope__', 'dyn')
  .registerType('decimal__', { ctor: Decimal, fields: {} })
  .registerType('record__', { ctor: RecordValue, fields: {} })
  .registerFunction('get__(dyn, dyn): dyn', (holder, key) => member(holder, key, meter))
  .registerFunction('any__(dyn): dyn', (value) => value)
  .registerFunction('list__(dyn): list<dyn>', (value) => {
    // Also when the steps are used up: a loop inside of a loop does not even begin then.
    meter.take(1);
    return listOf(value);
  })
  .registerFunction('step__(dyn, int): dyn', (value, steps) => {
    meter.take(Number(steps));
    return value;
  })
  .registerFunction('function__(string, list<dyn>): dyn', applyOf(functions))
  .registerFunction('method__(string, list<dyn>): dyn', applyOf(methods))
  .registerFunction('operator__(string, dyn, dyn): dyn', (name, a, b) => paid(operators[name]?.(a, b), meter));

const cacheSize = 500;
const compiled = new Map<string, Expression | ExpressionError>();

/**
 * The expression of this text; the latest ones are kept.
 *
 * @throws ExpressionError of kind `syntax` when it is none.
 */
export function compileExpression(source: string): Expression {
  const known = compiled.get(source);
  const expression = known ?? attempt(() => compile(source));
  compiled.delete(source);
  compiled.set(source, expression);
  if (compiled.size > cacheSize) compiled.delete(compiled.keys().next().value ?? '');
  if (expression instanceof ExpressionError) throw expression;
  return expression;
}

function attempt(work: () => Expression): Expression | ExpressionError {
  try {
    return work();
  } catch (error) {
    return asExpressionError(error, 'syntax');
  }
}

function compile(source: string): Expression {
  if (source.length > sourceLength) {
    throw new ExpressionError('syntax', `An expression has at most ${sourceLength} characters.`);
  }
  const rewritten = rewrite(grammar.parse(source).ast);
  const run = machine.parse(rewritten.source);
  const checked = run.check();
  if (!checked.valid) throw checked.error ?? new ExpressionError('syntax', 'Its parts do not fit together.');
  return {
    reads: rewritten.reads,
    evaluate(scope) {
      meter.start();
      try {
        const value = lower(run({ scope__: new RecordValue(scope) }), meter);
        // A quantifier or `||` may have answered although a part of it was stopped.
        meter.take(0);
        return value;
      } catch (error) {
        throw asExpressionError(error, 'evaluation');
      }
    },
  };
}

/** The library's message without its drawing of the source, which is not what the person wrote. */
function asExpressionError(error: unknown, kind: 'syntax' | 'evaluation'): ExpressionError {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ExpressionError) return cause;
  }
  const { summary, message } = error as { summary?: string; message?: string };
  return new ExpressionError(kind, sentence(summary ?? message ?? 'It cannot be evaluated'));
}

function sentence(text: string): string {
  const first =
    text
      .split('\n')[0]
      ?.replace(/\b(?:function|method|operator|record|decimal)__/g, '')
      .slice(0, 200) ?? '';
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
