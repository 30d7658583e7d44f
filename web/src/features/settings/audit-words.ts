import { conditionInWords } from '#web/components/condition-in-words.ts';
import { nameOf as settingName } from '#web/components/setting-kinds.ts';
import { platformName } from '#web/components/text.tsx';
import type { AuditEntry } from '#web/lib/api.ts';
import { type Condition, nameOf } from '#web/lib/document.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';

/** A field that a call changed, by the name it has on its screen: `tax_codes.19` -> `Tax code by percentage › 19`. */
export function fieldName({ action }: Pick<AuditEntry, 'action'>, path: string): string {
  const [first = '', ...rest] = path.split('.');
  return action === 'putConnectionSettings' ? [settingName(first), ...rest].join(' › ') : nameOf(path);
}

/** Its value, as its screen says it. */
export function fieldValue({ action }: Pick<AuditEntry, 'action'>, path: string, value: unknown): unknown {
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no');
  if (path === 'filter' && value !== null && typeof value === 'object') return conditionInWords(value as Condition);
  if (typeof value !== 'string') return value;
  const kind = kindOf(action, path);
  if (kind === 'platform') return platformName(value);
  if (kind === 'setting') return maybe('settingValue', value) ?? value;
  return kind === undefined ? value : (maybe('settings', `${kind}_${value}`) ?? value);
}

/** Which words of the settings a value is one of. */
function kindOf(
  action: string,
  path: string,
): 'conflict' | 'policy' | 'direction' | 'platform' | 'setting' | undefined {
  const last = path.split('.').at(-1);
  if (last === 'conflict') return 'conflict';
  if (last === 'delete_policy' || action === 'putDeletePolicy') return 'policy';
  if (path.startsWith('source_of_truth')) return 'platform';
  if (action === 'putSyncDirection') return 'direction';
  return action === 'putConnectionSettings' ? 'setting' : undefined;
}
