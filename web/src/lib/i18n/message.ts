/** A text with `{names}` in braces, or one per plural form of `count`. */
export type Message = string | Plural;

export interface Plural {
  readonly one: string;
  readonly other: string;
  readonly zero?: string;
  readonly two?: string;
  readonly few?: string;
  readonly many?: string;
}

/** Names in braces: `'{a} of {b}'` -> `'a' | 'b'`. */
type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

export type ParametersOf<M> = M extends string
  ? NamesIn<M>
  : M extends { readonly one: infer One extends string; readonly other: infer Other extends string }
    ? NamesIn<One> | NamesIn<Other> | 'count'
    : never;

export type Values = Readonly<Record<string, string | number>>;

/** Puts values in: numbers in the locale's digits, the plural form by `count`. */
export function format(message: Message, values: Values, locale: Intl.Locale): string {
  const number = new Intl.NumberFormat(locale);
  return pick(message, values, locale).replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number.format(value) : value;
  });
}

function pick(message: Message, values: Values, locale: Intl.Locale): string {
  if (typeof message === 'string') return message;
  const count = Number(values.count);
  if (count === 0 && message.zero !== undefined) return message.zero;
  return message[new Intl.PluralRules(locale).select(count)] ?? message.other;
}
