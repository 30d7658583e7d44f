import { t } from '#web/lib/i18n/index.ts';
import { type Condition, nameOf } from './model.ts';

/** A condition on one line: `only if Kind is product`. What is longer than a comparison is only said to be one. */
export function conditionInWords(condition: Condition): string {
  const { path, is, equals, not_equals } = condition;
  if (typeof path !== 'string') return t('mappings.onlyIf');
  const place = nameOf(path.replace(/^item\./, ''));
  if (is === 'present') return t('mappings.onlyIfFilled', { place });
  if (is === 'absent') return t('mappings.onlyIfEmpty', { place });
  if (equals !== undefined) return t('mappings.onlyIfIs', { place, value: String(equals) });
  if (not_equals !== undefined) return t('mappings.onlyIfNot', { place, value: String(not_equals) });
  return t('mappings.onlyIf');
}
