import { maybe, t } from '#web/lib/i18n/index.ts';

/** A property of a JSON Schema, as far as forms need it. */
export interface Property {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly anyOf?: readonly Property[];
  readonly items?: Property;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly additionalProperties?: Property | boolean;
}

export type Kind = 'choice' | 'flag' | 'table' | 'rows' | 'list' | 'date' | 'number' | 'text';

export function kindOf(property: Property): Kind {
  const { type, format, items, additionalProperties } = plainOf(property);
  if (plainOf(property).enum) return 'choice';
  if (type === 'boolean') return 'flag';
  if (type === 'array') return items?.type === 'object' ? 'rows' : 'list';
  if (type === 'object' && typeof additionalProperties === 'object') return 'table';
  if (type === 'integer' || type === 'number') return 'number';
  return format === 'date' ? 'date' : 'text';
}

/** Without the null that stands for "nothing chosen". */
export const plainOf = (property: Property): Property =>
  property.anyOf?.find(({ type }) => type !== 'null') ?? property;

export const isNullable = ({ anyOf = [] }: Property): boolean => anyOf.some(({ type }) => type === 'null');

export const nameOf = (name: string): string => maybe('setting', name) ?? sentenceOf(name);
export const choiceName = (value: string): string => maybe('settingValue', value) ?? sentenceOf(value);

function sentenceOf(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ');
  return `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`;
}

/** What the label does not say already. */
export function hintOf(label: string, { description = '' }: Property, kind: Kind): string | undefined {
  const isSaid = description.toLowerCase().includes(label.toLowerCase()) && description.length < label.length + 12;
  const hints = [description && !isSaid && `${description}.`, kind === 'list' && t('settingForm.listHint')];
  return hints.filter(Boolean).join(' ') || undefined;
}
