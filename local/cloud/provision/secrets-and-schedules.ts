import { isDeepStrictEqual } from 'node:util';
import type { SchedulerStore } from '#local/cloud/emulators/scheduler-store.ts';
import { randomPassword } from '#local/cloud/emulators/secrets-service.ts';
import type { SecretsStore } from '#local/cloud/emulators/secrets-store.ts';
import type { Blueprint, Named } from '#local/cloud/template/blueprint.ts';
import { isRecord, optionalText, type Props } from '#local/cloud/template/types.ts';

/** Creates the secrets of the template that are not there; a value that is there stays. */
export function ensureSecrets(store: SecretsStore, secrets: readonly Named[]): void {
  const present = new Set(store.all().map(({ name }) => name));
  for (const { name, props } of secrets) {
    if (!present.has(name)) store.create({ name, ...initialValue(props) });
  }
}

function initialValue(props: Props): { secretString?: string } {
  const given = optionalText(props, 'SecretString');
  if (given !== undefined) return { secretString: given };
  const rule = props.GenerateSecretString;
  if (!isRecord(rule)) return {};
  const password = randomPassword(rule);
  const key = optionalText(rule, 'GenerateStringKey');
  if (key === undefined) return { secretString: password };
  const template: unknown = JSON.parse(optionalText(rule, 'SecretStringTemplate') ?? '{}');
  return { secretString: JSON.stringify({ ...(isRecord(template) ? template : {}), [key]: password }) };
}

/** Creates groups and schedules; a schedule whose definition is unchanged keeps its next occurrence. */
export function ensureSchedules(store: SchedulerStore, blueprint: Blueprint): void {
  const groups = new Set(store.groups().map(({ name }) => name));
  for (const name of blueprint.scheduleGroups) {
    if (!groups.has(name)) store.createGroup(name);
  }
  for (const { name, props } of blueprint.schedules) {
    const group = optionalText(props, 'GroupName') ?? 'default';
    if (!store.has(group, name)) store.create(group, name, props);
    else if (!isDeepStrictEqual(store.find(group, name).definition, props)) store.update(group, name, props);
  }
}
