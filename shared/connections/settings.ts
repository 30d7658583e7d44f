import type { Connector } from '../connectors/connector.ts';
import type { JsonObject } from '../core/json.ts';

/** The owner's settings over the suggested ones, with the schema's defaults; what no longer fits is left out. */
export function effectiveSettings(connector: Connector, suggested: JsonObject, own: JsonObject): JsonObject {
  for (const candidate of [{ ...suggested, ...own }, suggested, {}]) {
    const parsed = connector.settings.safeParse(candidate);
    if (parsed.success) return parsed.data as JsonObject;
  }
  return { ...suggested };
}
