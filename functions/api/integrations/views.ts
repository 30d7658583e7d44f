import * as z from 'zod';
import type { connectionAnswerSchema } from '#shared/api/integrations.ts';
import { presentStatus } from '#shared/connections/health.ts';
import { ownSettings } from '#shared/connections/settings.ts';
import { readVitals, type Vitals, type VitalsDeps } from '#shared/connections/vitals.ts';
import type { Connector } from '#shared/connectors/connector.ts';
import { isSandbox } from '#shared/core/workspace.ts';
import type { Connection } from '#shared/model/connection.ts';

/** A platform as it is connected in this workspace, or not. */
export function connectionView(
  workspaceId: string,
  { platform, title, credentials }: Connector,
  connection: Connection | undefined,
  { trouble, ...vitals }: Vitals,
): z.output<typeof connectionAnswerSchema> {
  const {
    tenant_id: _tenant,
    settings: _settings,
    own_settings: _own,
    suggested_settings: _suggested,
    version: _version,
    account: _account,
    ...known
  } = connection ?? never(platform);
  return {
    ...known,
    ...vitals,
    status: presentStatus(connection, vitals),
    sandbox: isSandbox(workspaceId),
    title,
    connects_by: credentials ? 'credentials' : 'sign_in',
    failure: known.failure ?? trouble ?? null,
  };
}

/** The same, when only this one is wanted. */
export async function viewConnection(
  deps: VitalsDeps,
  tenantId: string,
  connector: Connector,
  connection: Connection | undefined,
): Promise<z.output<typeof connectionAnswerSchema>> {
  const vitalsOf = await readVitals(deps, tenantId);
  return connectionView(tenantId, connector, connection, vitalsOf(connector.platform));
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
    chosen: ownSettings(connection),
    schema: z.toJSONSchema(connector.settings, { io: 'input', unrepresentable: 'any' }),
  };
}
