import { type Condition, nameOf } from '#web/lib/document.ts';
import { formatDay, formatList } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';

/** A condition on one line: `only if Kind is product`. What no words are for is only said to be one. */
export function conditionInWords(condition: Condition): string {
  const words = wordsOf(condition);
  return words === undefined ? t('condition.onlyIfSome') : t('condition.onlyIf', { condition: words });
}

function wordsOf(condition: Condition): string | undefined {
  const { path, is, equals, not_equals, in: values, from, to, all, any } = condition;
  if (Array.isArray(all)) return joined(all as readonly Condition[], 'conjunction');
  if (Array.isArray(any)) return joined(any as readonly Condition[], 'disjunction');
  if (typeof path !== 'string') return undefined;
  const place = nameOf(path.replace(/^item\./, ''));
  if (is === 'present') return t('condition.isFilled', { place });
  if (is === 'absent') return t('condition.isEmpty', { place });
  if (equals !== undefined) return t('condition.isValue', { place, value: inWords(equals) });
  if (not_equals !== undefined) return t('condition.isNot', { place, value: inWords(not_equals) });
  if (Array.isArray(values)) {
    return t('condition.isOneOf', { place, values: values.map(inWords).join(', ') });
  }
  if (typeof from === 'string' && typeof to === 'string') {
    return t('condition.isBetween', { place, from: formatDay(from), to: formatDay(to) });
  }
  if (typeof from === 'string') return t('condition.isFrom', { place, from: formatDay(from) });
  if (typeof to === 'string') return t('condition.isUntil', { place, to: formatDay(to) });
  return undefined;
}

/** Undefined as soon as one of them has no words: the others alone would say something else. */
function joined(conditions: readonly Condition[], type: 'conjunction' | 'disjunction'): string | undefined {
  // In a row, `and` within `or` could be read either way.
  const words = conditions.map((one) => ('all' in one || 'any' in one ? undefined : wordsOf(one)));
  return words.length === 0 || words.includes(undefined) ? undefined : formatList(words as string[], type);
}

const inWords = (value: unknown): string => {
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no').toLowerCase();
  return value === null || value === '' ? t('common.empty') : String(value);
};
