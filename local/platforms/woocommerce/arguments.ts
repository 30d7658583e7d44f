import { invalidParams, type ParamProblem } from './errors.ts';
import { list, type Params, single } from './params.ts';
import { isEmail } from './sanitize.ts';

/** What a route checks before it runs. Parameters without a rule are ignored, whatever they hold. */
type ArgumentRule =
  | { readonly kind: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'integers' }
  | { readonly kind: 'date' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'email' }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'enums'; readonly values: readonly string[] };

export type ArgumentRules = Readonly<Record<string, ArgumentRule>>;

/** RFC 3339 as WordPress reads it: a time is required, the zone is not. */
const datePattern = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?([Zz]|[+-]\d{2}(?::\d{2})?)?$/;

/** @throws WooError 400 `rest_invalid_param` naming every refused parameter. */
export function checkArguments(params: Params, rules: ArgumentRules): void {
  const problems: Record<string, ParamProblem> = {};
  for (const [name, rule] of Object.entries(rules)) {
    const problem = params[name] === undefined ? undefined : findProblem(params, name, rule);
    if (problem) problems[name] = problem;
  }
  if (Object.keys(problems).length > 0) throw invalidParams(problems);
}

function findProblem(params: Params, name: string, rule: ArgumentRule): ParamProblem | undefined {
  const value = single(params, name) ?? '';
  switch (rule.kind) {
    case 'integer':
      return integerProblem(name, value, rule);
    case 'integers': {
      const index = (list(params, name) ?? []).findIndex((part) => !isInteger(part));
      return index < 0 ? undefined : typeProblem(`${name}[${index}]`, 'integer');
    }
    case 'date':
      return datePattern.test(value) ? undefined : { code: 'rest_invalid_date', message: 'Invalid date.' };
    case 'boolean':
      return /^(1|0|true|false)?$/i.test(value) ? undefined : typeProblem(name, 'boolean');
    case 'email':
      return isEmail(value) ? undefined : { code: 'rest_invalid_email', message: 'Invalid email address.' };
    case 'enum':
      return rule.values.includes(value) ? undefined : enumProblem(name, rule.values);
    case 'enums': {
      const index = (list(params, name) ?? []).findIndex((part) => !rule.values.includes(part));
      return index < 0 ? undefined : enumProblem(`${name}[${index}]`, rule.values);
    }
  }
}

function isInteger(text: string): boolean {
  return /^-?\d+(\.0+)?$/.test(text);
}

function typeProblem(name: string, type: string): ParamProblem {
  return { code: 'rest_invalid_type', message: `${name} is not of type ${type}.` };
}

function integerProblem(name: string, text: string, { min, max }: { min?: number; max?: number }) {
  if (!isInteger(text)) return typeProblem(name, 'integer');
  const value = Number(text);
  const code = 'rest_out_of_bounds';
  if (min !== undefined && max !== undefined) {
    const message = `${name} must be between ${min} (inclusive) and ${max} (inclusive)`;
    return value < min || value > max ? { code, message } : undefined;
  }
  if (min !== undefined && value < min) return { code, message: `${name} must be greater than or equal to ${min}` };
  return undefined;
}

function enumProblem(name: string, values: readonly string[]): ParamProblem {
  const last = values.at(-1) ?? '';
  const choices = values.length > 1 ? `${values.slice(0, -1).join(', ')}, and ${last}` : last;
  return { code: 'rest_not_in_enum', message: `${name} is not one of ${choices}.` };
}

/** A date parameter: wall clock as written (in milliseconds as if UTC) and the zone it named, if any. */
export interface ParsedDate {
  readonly wall: number;
  /** Milliseconds ahead of UTC; undefined when the text has no zone. */
  readonly offset: number | undefined;
}

/** Fractions of a second are accepted and dropped. */
export function parseDate(text: string): ParsedDate {
  const [, year, month, date, hour, minute, second, zone] = datePattern.exec(text) ?? [];
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(date), Number(hour), Number(minute), Number(second));
  if (zone === undefined) return { wall, offset: undefined };
  if (/^z$/i.test(zone)) return { wall, offset: 0 };
  const [hours = '0', minutes = '0'] = zone.slice(1).split(':');
  const size = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return { wall, offset: zone.startsWith('-') ? -size : size };
}
