import type { Connector } from '../connectors/connector.ts';
import type { JsonObject } from '../core/json.ts';
import type { Connection } from '../model/connection.ts';

/** The owner's settings over the suggested ones; tables entry by entry. A null chooses nothing. */
export function mergeSettings(suggested: JsonObject, own: JsonObject): JsonObject {
  const merged: Record<string, JsonObject[string]> = { ...suggested };
  for (const [name, value] of Object.entries(own)) {
    if (value === null || value === undefined) continue;
    const before = merged[name];
    merged[name] = isTable(value) && isTable(before) ? { ...before, ...value } : value;
  }
  return merged;
}

/** Merged settings with the defaults of the platform; an owner's choices that no longer fit are left out. */
export function effectiveSettings(connector: Connector, suggested: JsonObject, own: JsonObject): JsonObject {
  for (const candidate of [mergeSettings(suggested, own), suggested, {}]) {
    const parsed = connector.settings.safeParse(candidate);
    if (parsed.success) return parsed.data as JsonObject;
  }
  return { ...suggested };
}

/** The members of a connection that hold its settings. */
export function settingsFields(
  connector: Connector,
  suggested: JsonObject,
  own: JsonObject,
): Pick<Connection, 'settings' | 'own_settings' | 'suggested_settings'> {
  return {
    settings: effectiveSettings(connector, suggested, own),
    own_settings: { ...own },
    suggested_settings: { ...suggested },
  };
}

/** What the owner chose so far. */
export function ownSettings({ own_settings = {} }: Pick<Connection, 'own_settings'>): JsonObject {
  return own_settings as JsonObject;
}

function isTable(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
