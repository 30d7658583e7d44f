/** What an expression may cost. Nothing depends on time, so that a record maps the same on a busy machine. */
export const expressionLimits = {
  /** Characters of an expression. */
  sourceLength: 2000,
  /** Names, values, operators and calls of an expression. */
  nodes: 300,
  /** Nesting of calls, parentheses, members and loops. */
  depth: 32,
  /** Elements of a list it reads or makes. */
  listLength: 1000,
  /** Characters of a text it reads or makes. */
  textLength: 32_768,
  /** Digits of a number, on either side of its point. */
  digits: 60,
  /** Reads, calls and parts of loop bodies of one evaluation. */
  steps: 50_000,
} as const;

export type ExpressionFault = 'syntax' | 'limit' | 'evaluation';

/** Why an expression cannot be used (`syntax`), or has no value for this record. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly kind: ExpressionFault;

  constructor(kind: ExpressionFault, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Counts the steps of the evaluation under way; evaluations are synchronous, so there is one at a time. */
export class Meter {
  private left = 0;

  start(): void {
    this.left = expressionLimits.steps;
  }

  get exhausted(): boolean {
    return this.left < 0;
  }

  /** @throws ExpressionError when the steps are used up. */
  take(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new ExpressionError('limit', tooMuch('steps'));
  }
}

const nouns = {
  listLength: 'a list of more than # elements',
  textLength: 'a text of more than # characters',
  digits: 'a number of more than # digits',
  steps: 'more than # steps',
} as const;

export function tooMuch(limit: keyof typeof nouns): string {
  return `It takes ${nouns[limit].replace('#', String(expressionLimits[limit]))}.`;
}
