import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Workspace, workspaceOf } from '../core/workspace.ts';
import { type SandboxMode, sandboxModeSchema } from '../model/sandbox-mode.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** Which workspace a tenant works in. Takes ids of tenants, not of workspaces. */
export interface WorkspaceRepository {
  /** The active one: the live one, until somebody switches. */
  active(tenantId: string): Promise<Workspace>;
  /** Undefined where nobody ever switched. */
  mode(tenantId: string): Promise<SandboxMode | undefined>;
  /** Makes it the mode. False when it is so already: then nothing is written. */
  switchTo(mode: SandboxMode): Promise<boolean>;
}

export function createWorkspaceRepository({ documents, name: TableName }: Table): WorkspaceRepository {
  const mode = async (tenantId: string): Promise<SandboxMode | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName, Key: keys.sandboxMode(tenantId), ConsistentRead: true }),
    );
    return Item && sandboxModeSchema.parse(Item);
  };
  return {
    mode,

    async active(tenantId) {
      return workspaceOf(tenantId, (await mode(tenantId))?.enabled ?? false);
    },

    async switchTo({ tenant_id, enabled, changed_at, changed_by }) {
      try {
        await documents.send(
          new UpdateCommand({
            TableName,
            Key: keys.sandboxMode(tenant_id),
            UpdateExpression:
              'SET #type = :type, tenant_id = :tenant, #enabled = :enabled, changed_at = :at, changed_by = :by',
            ConditionExpression: enabled
              ? 'attribute_not_exists(pk) OR #enabled <> :enabled'
              : 'attribute_exists(pk) AND #enabled <> :enabled',
            ExpressionAttributeNames: { '#type': 'type', '#enabled': 'enabled' },
            ExpressionAttributeValues: {
              ':type': 'sandbox_mode',
              ':tenant': tenant_id,
              ':enabled': enabled,
              ':at': changed_at,
              ':by': changed_by,
            },
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },
  };
}
