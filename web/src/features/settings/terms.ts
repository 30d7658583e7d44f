import type { Option } from '#web/components/field.tsx';
import type { DeletePolicy, Flow, SyncDirection } from '#web/lib/api.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';

export type Direction = SyncDirection['all'];
export type Conflict = Flow['conflict'];
export type Policy = DeletePolicy['all'];

export const directions: readonly Direction[] = ['bidirectional', 'push', 'pull', 'disabled'];
export const conflicts: readonly Conflict[] = ['source_wins', 'target_wins', 'newest_wins', 'merge', 'manual'];
export const policies: readonly Policy[] = ['local_only', 'archive_remote', 'delete_remote'];

export const directionOptions = (): Option<Direction>[] =>
  directions.map((value) => ({ value, label: t(`settings.direction_${value}`) }));
export const conflictOptions = (): Option<Conflict>[] =>
  conflicts.map((value) => ({ value, label: t(`settings.conflict_${value}`) }));
export const policyOptions = (): Option<Policy>[] =>
  policies.map((value) => ({ value, label: t(`settings.policy_${value}`) }));

/** What stands before the choices where nothing has to be chosen. */
export type OrDefault<Value extends string> = Value | 'default';
export const withDefault = <Value extends string>(
  options: readonly Option<Value>[],
  label: string,
): Option<OrDefault<Value>>[] => [{ value: 'default', label }, ...options];

/** What a call of the API does, in words: `putFlow`. Calls without a name here are shown by their own. */
export const operationName = (operation: string): string =>
  maybe('operation', operation) ?? sentence(operation.replaceAll(/([A-Z])/g, ' $1').toLowerCase());

const sentence = (words: string): string => `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`;
