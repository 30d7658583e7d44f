import type { Transform } from './model.ts';

/** What is asked for one parameter of a transform. */
export interface Parameter {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'path' | 'paths' | 'scalar' | 'choice' | 'marks' | 'condition' | 'branch' | 'cel';
  readonly choices?: readonly string[];
}

const text = (name: string): Parameter => ({ name, kind: 'text' });
const number = (name: string): Parameter => ({ name, kind: 'number' });
const path = (name: string): Parameter => ({ name, kind: 'path' });

/** Every transform the mapping language has, with what it begins with and what it can be told. */
export const transforms: Readonly<
  Record<string, { readonly begin?: Readonly<Record<string, unknown>>; readonly parameters?: readonly Parameter[] }>
> = {
  trim: {},
  upper: {},
  lower: {},
  plain_text: {},
  truncate: { begin: { length: 100 }, parameters: [number('length')] },
  max_length: { begin: { length: 100 }, parameters: [number('length')] },
  remove: { begin: { characters: ':' }, parameters: [text('characters')] },
  prefix: { begin: { path: '' }, parameters: [path('path')] },
  default: { begin: { value: '' }, parameters: [{ name: 'value', kind: 'scalar' }, path('path')] },
  money: {},
  decimal: {},
  to_text: {},
  email: {},
  day: { begin: { zone_path: 'store.time_zone' }, parameters: [path('zone_path')] },
  split: { begin: { separator: ' ', index: 0 }, parameters: [text('separator'), number('index')] },
  join: { begin: { separator: ', ' }, parameters: [text('separator')] },
  lookup: { begin: { path: '', fix: '' }, parameters: [path('path'), text('fix')] },
  null_if_empty: {},
  date_format: {
    begin: { format: 'dd.MM.yyyy' },
    parameters: [text('format'), text('zone'), path('zone_path')],
  },
  concat: { begin: { paths: ['value', ''] }, parameters: [{ name: 'paths', kind: 'paths' }, text('separator')] },
  number: {
    begin: { places: 2 },
    parameters: [
      number('places'),
      { name: 'rounding', kind: 'choice', choices: ['half_up', 'half_even', 'down', 'up'] },
      { name: 'parse', kind: 'marks' },
      { name: 'format', kind: 'marks' },
    ],
  },
  conditional: {
    begin: { when: { path: 'value', is: 'absent' }, yes: { value: '' } },
    parameters: [
      { name: 'when', kind: 'condition' },
      { name: 'yes', kind: 'branch' },
      { name: 'no', kind: 'branch' },
    ],
  },
  expression: { begin: { cel: 'value' }, parameters: [{ name: 'cel', kind: 'cel' }] },
};

export const newTransform = (op: string): Transform => ({ op, ...transforms[op]?.begin });
