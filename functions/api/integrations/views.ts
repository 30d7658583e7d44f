import * as z from 'zod';
import type { connectionAnswerSchema } from '#shared/api/integrations.ts';
import type { Connector } from '#shared/connectors/connector.ts';
import type { Connection } from '#shared/model/connection.ts';

/** A platform as it is connected, or not. */
export function connectionView(
  { platform, title, credentials }: Connector,
  connection: Connection | undefined,
): z.output<typeof connectionAnswerSchema> {
  const {
    tenant_id: _tenant,
    settings: _settings,
    own_settings: _own,
    suggested_settings: _suggested,
    version: _version,
    ...known
  } = connection ?? never(platform);
  return {
    ...known,
    title,
    connects_by: credentials ? 'credentials' : 'sign_in',
    failure: known.failure ?? null,
  };
}

function never(platform: string): Connection {
  return {
    tenant_id: '',
    platform,
    status: 'disconnected',
    enabled: false,
    display_name: '',
    masked: {},
    profile: {},
    settings: {},
    warnings: [],
    version: 0,
  };
}

export function settingsView(connector: Connector, connection: Connection) {
  return {
    platform: connector.platform,
    settings: connection.settings,
    schema: z.toJSONSchema(connector.settings, { io: 'input', unrepresentable: 'any' }),
  };
}
