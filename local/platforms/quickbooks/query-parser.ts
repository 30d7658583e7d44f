import { errors, refuse } from './faults.ts';

export interface Predicate {
  readonly property: string;
  readonly operator: '=' | '<' | '>' | '<=' | '>=' | 'in' | 'like';
  readonly values: readonly string[];
}

export interface Query {
  readonly entity: string;
  readonly select: 'all' | 'count' | readonly string[];
  readonly where: readonly Predicate[];
  readonly order: readonly { readonly property: string; readonly descending: boolean }[];
  /** 1-based. */
  readonly start: number;
  readonly max: number;
}

interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'symbol' | 'end';
  readonly text: string;
  readonly column: number;
}

const keywords = new Set(
  'select from where and in like order orderby by asc desc startposition maxresults or not null between contains'.split(
    ' ',
  ),
);
const pattern =
  /\s*(?:(?<word>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?<string>'(?:\\[\s\S]|[^'\\])*')|(?<number>-?\d+(?:\.\d+)?)|(?<symbol><=|>=|!=|[=<>(),*]))/y;

function tokenize(statement: string): Token[] {
  const tokens: Token[] = [];
  const text = statement.trimEnd();
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const found = pattern.exec(text);
    if (!found) return refuse(errors.queryParse(`Lexical error at line 1, column ${start + 1}.`));
    const image = found[0].trimStart();
    const column = start + found[0].length - image.length + 1;
    const { word, string, number } = found.groups ?? {};
    const kind = word ? 'word' : string ? 'string' : number ? 'number' : 'symbol';
    tokens.push({ kind, text: image, column });
  }
  tokens.push({ kind: 'end', text: '<EOF>', column: text.length + 1 });
  return tokens;
}

/**
 * Parses a statement of the platform's query language. Keywords are case-insensitive; values stand in single quotes
 * with `\` before an apostrophe or backslash, only booleans may be bare.
 *
 * @throws QuickBooksFault 4000 on bad grammar, 4001 for paging out of range.
 */
export function parseQuery(statement: string): Query {
  const tokens = tokenize(statement);
  let position = 0;
  const peek = (): Token => tokens[position] ?? { kind: 'end', text: '<EOF>', column: 0 };
  const next = (): Token => {
    const token = peek();
    position += 1;
    return token;
  };
  const isWord = (text: string): boolean => peek().kind === 'word' && peek().text.toLowerCase() === text;
  const fail = (token: Token, expected: string): never =>
    refuse(
      errors.queryParse(
        `Encountered " "${token.text.toLowerCase()}" "${token.text} "" at line 1, column ${token.column}.\nWas expecting:\n    ${expected} ...\n    `,
      ),
    );
  const accept = (word: string): boolean => {
    if (!isWord(word)) return false;
    position += 1;
    return true;
  };
  const symbol = (text: string): boolean => {
    if (peek().kind !== 'symbol' || peek().text !== text) return false;
    position += 1;
    return true;
  };
  const expectWord = (word: string): void => {
    if (!accept(word)) fail(peek(), `"${word}"`);
  };
  const expectSymbol = (text: string): void => {
    if (!symbol(text)) fail(peek(), `"${text}"`);
  };
  const identifier = (): string => {
    const token = next();
    if (token.kind !== 'word' || keywords.has(token.text.toLowerCase())) return fail(token, '<IDENTIFIER>');
    return token.text;
  };
  const value = (): string => {
    const token = next();
    if (token.kind === 'string') return token.text.slice(1, -1).replace(/\\([\s\S])/g, '$1');
    if (token.kind === 'word' && /^(true|false)$/i.test(token.text)) return token.text.toLowerCase();
    return fail(token, '<STRING_LITERAL>');
  };
  const list = <T>(item: () => T): T[] => {
    const items = [item()];
    while (symbol(',')) items.push(item());
    return items;
  };

  const select = (): Query['select'] => {
    if (symbol('*')) return 'all';
    if (!isWord('count')) return list(identifier);
    position += 1;
    expectSymbol('(');
    expectSymbol('*');
    expectSymbol(')');
    return 'count';
  };
  const predicate = (): Predicate => {
    const property = identifier();
    if (accept('in')) {
      expectSymbol('(');
      const values = list(value);
      expectSymbol(')');
      return { property, operator: 'in', values };
    }
    if (accept('like')) return { property, operator: 'like', values: [value()] };
    const token = next();
    if (token.kind !== 'symbol' || !/^(=|<|>|<=|>=)$/.test(token.text)) return fail(token, '"="');
    return { property, operator: token.text as '=', values: [value()] };
  };
  const ordering = (): Query['order'][number] => {
    const property = identifier();
    if (accept('desc')) return { property, descending: true };
    accept('asc');
    return { property, descending: false };
  };
  const position1 = (most: number): number => {
    const token = next();
    if (token.kind !== 'number' || !/^\d+$/.test(token.text)) return fail(token, '<INTEGER>');
    const count = Number(token.text);
    if (count < 1) refuse(errors.queryInvalid(`value ${token.text} is too small. Min allowed value is 1`));
    if (count > most) refuse(errors.queryInvalid(`value ${token.text} is too large. Max allowed value is ${most}`));
    return count;
  };

  expectWord('select');
  const selected = select();
  expectWord('from');
  const entity = identifier();
  const where: Predicate[] = [];
  if (accept('where')) {
    do where.push(predicate());
    while (accept('and'));
  }
  let order: Query['order'] = [];
  if (accept('orderby')) order = list(ordering);
  else if (accept('order')) {
    expectWord('by');
    order = list(ordering);
  }
  let start = 1;
  let max = 100;
  while (peek().kind !== 'end') {
    if (accept('startposition')) start = position1(Number.MAX_SAFE_INTEGER);
    else if (accept('maxresults')) max = position1(1000);
    else fail(peek(), '<EOF>');
  }
  return { entity, select: selected, where, order, start, max };
}
