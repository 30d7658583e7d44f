import type { Condition } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';

interface Blank {
  readonly path: string;
  readonly message: string;
}

/** What is still to be filled in of a condition, each at its place. */
export function blanksOf(condition: Condition, at: string): readonly Blank[] {
  for (const group of ['all', 'any'] as const) {
    const inner = condition[group];
    if (Array.isArray(inner)) {
      return (inner as readonly Condition[]).flatMap((one, index) => blanksOf(one, `${at}.${group}[${index}]`));
    }
  }
  const blank = (path: string, message: string): Blank => ({ path: `${at}.${path}`, message });
  const { path, equals, not_equals, in: values } = condition;
  return [
    ...(path === '' ? [blank('path', t('settings.filterNoPlace'))] : []),
    ...(equals === '' ? [blank('equals', t('settings.filterNoValue'))] : []),
    ...(not_equals === '' ? [blank('not_equals', t('settings.filterNoValue'))] : []),
    ...(Array.isArray(values) && values.length === 0 ? [blank('in', t('settings.filterNoValue'))] : []),
    ...(Object.keys(condition).join() === 'path' ? [blank('from', t('settings.filterNoDay'))] : []),
  ];
}
