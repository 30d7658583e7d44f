import type { ASTNode } from '@marcbachmann/cel-js';
import { isDecimalText } from '../../core/money.ts';
import { functions, methods, operators } from './functions.ts';
import { ExpressionError, expressionLimits, tooMuch } from './limits.ts';

/**
 * An expression as a person wrote it becomes one that can only call what is ours: members are read by `get__`, operators
 * and functions are those of functions.ts, loop bodies are counted. What has no rule here is refused, so nothing of the
 * library's own functions (regular expressions, floats, bytes) and nothing of JavaScript can be reached.
 */
export interface Rewritten {
  readonly source: string;
  /** Paths of the record it reads, as far as the text tells: `lines[].total`. */
  readonly reads: readonly string[];
}

/** Loop variables in sight, by the path of what they stand for. */
type Loops = ReadonlyMap<string, string | undefined>;

const loops: Readonly<Record<string, readonly number[]>> = {
  map: [2, 3],
  filter: [2],
  all: [2],
  exists: [2],
  exists_one: [2],
};

export function rewrite(root: ASTNode): Rewritten {
  const reads = new Set<string>();
  let nodes = 0;

  /** @param part the node is the beginning of a longer path, which is read in its place. */
  const text = (node: ASTNode, inner: Loops, depth: number, part = false): string => {
    nodes += 1;
    if (depth > expressionLimits.depth) throw new ExpressionError('syntax', 'The expression is nested too deeply.');
    const below = (child: ASTNode, scope: Loops = inner) => text(child, scope, depth + 1);
    const path = pathOf(node, inner);
    const isPath = path !== undefined && (node.op === '.' || node.op === '[]' || node.op === 'id');
    if (isPath && !part && !(node.op === 'id' && inner.has(node.args))) reads.add(path);
    switch (node.op) {
      case 'value':
        return literal(node);
      case 'id':
        if (inner.has(node.args)) return node.args;
        return `get__(scope__, ${JSON.stringify(node.args)})`;
      case '.':
        return `get__(${text(node.args[0], inner, depth + 1, isPath)}, ${JSON.stringify(node.args[1])})`;
      case '[]':
        return `get__(${text(node.args[0], inner, depth + 1, isPath)}, ${below(node.args[1])})`;
      case 'list':
        return `[${node.args.map((element) => below(element)).join(', ')}]`;
      case '?:': {
        const [condition, yes, no] = node.args;
        return `((${below(condition)}) ? any__(${below(yes)}) : any__(${below(no)}))`;
      }
      case '&&':
      case '||':
        return `((${below(node.args[0])}) ${node.op} (${below(node.args[1])}))`;
      case '!_':
        return `(!(${below(node.args)}))`;
      case '-_':
        return `operator__("-", 0, ${below(node.args)})`;
      case 'call':
        return call(
          'function__',
          functions,
          node.args[0],
          node.args[1].map((argument) => below(argument)),
        );
      case 'rcall': {
        const [name, receiver, given] = node.args;
        const takes = loops[name];
        if (!takes?.includes(given.length)) {
          return call('method__', methods, name, [below(receiver), ...given.map((argument) => below(argument))]);
        }
        const [variable, ...bodies] = given;
        const scope = new Map(inner).set(variableName(variable), elementPath(pathOf(receiver, inner)));
        const counted = bodies.map((body) => {
          const before = nodes;
          const inside = below(body, scope);
          return `step__(${inside}, ${nodes - before})`;
        });
        return `list__(${below(receiver)}).${name}(${[variableName(variable), ...counted].join(', ')})`;
      }
      default:
        if (!Object.hasOwn(operators, node.op)) throw refused(`There is no operator ${node.op}`);
        return `operator__(${JSON.stringify(node.op)}, ${node.args.map((side) => below(side as ASTNode)).join(', ')})`;
    }
  };

  const source = text(root, new Map(), 0);
  return { source, reads: [...reads].filter((path) => path !== 'value' && !path.startsWith('value.')) };
}

function call(
  kind: 'function__' | 'method__',
  table: Readonly<Record<string, { readonly takes: readonly number[] }>>,
  name: string,
  given: readonly string[],
): string {
  const what = kind === 'method__' ? 'method' : 'function';
  const known = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!known) throw refused(`There is no ${what} ${name}; there are ${Object.keys(table).join(', ')}`);
  if (!known.takes.includes(given.length)) throw refused(`${name} does not take this number of values`);
  return `${kind}(${JSON.stringify(name)}, [${given.join(', ')}])`;
}

function literal({ args: value, input, start, end }: Extract<ASTNode, { op: 'value' }>): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || typeof value === 'boolean') return String(value);
  const written = input.slice(start, end);
  if (typeof value === 'bigint') {
    if (written.length > expressionLimits.digits) throw refused(tooMuch('digits').replace(/\.$/, ''));
    return String(value);
  }
  // As it was typed: read as a float, it would be another number.
  if (typeof value === 'number' && isDecimalText(written)) {
    return `function__("decimal", [${JSON.stringify(written)}])`;
  }
  throw refused(`${written.slice(0, 40)} is no value that can be used here`);
}

function variableName(node: ASTNode | undefined): string {
  if (node?.op === 'id' && /^[a-zA-Z]\w*$/.test(node.args) && !node.args.endsWith('__')) return node.args;
  throw refused('A loop begins with the name it gives to each element');
}

/** The path a chain of names stands for; undefined where it is no such chain. */
function pathOf(node: ASTNode, inner: Loops): string | undefined {
  switch (node.op) {
    case 'id':
      return inner.has(node.args) ? inner.get(node.args) : node.args;
    case '.': {
      const holder = pathOf(node.args[0], inner);
      return holder === undefined ? undefined : `${holder}.${node.args[1]}`;
    }
    case '[]': {
      const holder = pathOf(node.args[0], inner);
      const [, index] = node.args;
      if (holder === undefined || index.op !== 'value') return undefined;
      if (typeof index.args === 'bigint') return `${holder}[${index.args}]`;
      return typeof index.args === 'string' ? `${holder}.${index.args}` : undefined;
    }
    case 'rcall':
      return node.args[0] === 'filter' ? pathOf(node.args[1], inner) : undefined;
    default:
      return undefined;
  }
}

function elementPath(list: string | undefined): string | undefined {
  return list === undefined ? undefined : `${list}[]`;
}

function refused(message: string): ExpressionError {
  return new ExpressionError('syntax', `${message}.`);
}
