import { en } from './en/index.ts';
import { format, type Message, type ParametersOf, type Values } from './message.ts';

/** One language's texts. Another language is another object of this type, chosen in `catalogue`. */
type Catalogue = typeof en;

/** `overview.title` */
export type MessageKey = {
  [Section in keyof Catalogue & string]: `${Section}.${keyof Catalogue[Section] & string}`;
}[keyof Catalogue & string];

type MessageAt<Key extends MessageKey> = Key extends `${infer Section extends keyof Catalogue & string}.${infer Name}`
  ? Catalogue[Section][Name & keyof Catalogue[Section]]
  : never;

type Arguments<Key extends MessageKey> = [ParametersOf<MessageAt<Key>>] extends [never]
  ? []
  : [values: Readonly<Record<ParametersOf<MessageAt<Key>>, string | number>>];

/** The browser's language decides how numbers and dates look, also where texts are in another. */
export const locale = new Intl.Locale(navigator.language || 'en');

const catalogue: Catalogue = en;
/** The language of the texts: words that are made beside them are in it too. */
export const language = 'en';

/** The text of a key: `t('runs.records', { count: 3 })`. */
export function t<Key extends MessageKey>(key: Key, ...[values]: Arguments<Key>): string {
  return format(messageOf(key) ?? key, values ?? {}, locale);
}

/** The text of a key made from data, such as an entity of a platform added later; undefined when there is none. */
export function maybe(section: keyof Catalogue, name: string, values: Values = {}): string | undefined {
  const message = messageOf(`${section}.${name}`);
  return message === undefined ? undefined : format(message, values, locale);
}

function messageOf(key: string): Message | undefined {
  const [section = '', name = ''] = key.split('.');
  return (catalogue as Readonly<Record<string, Readonly<Record<string, Message>>>>)[section]?.[name];
}
