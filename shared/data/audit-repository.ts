import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { idPrefix } from '../core/ids.ts';
import { type AuditEntry, auditEntrySchema } from '../model/audit-entry.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

export interface AuditQuery {
  readonly action?: string | undefined;
  readonly user?: string | undefined;
  /** Epoch ms, both inclusive. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

export interface AuditRepository {
  /** Adds an entry, once however often; there is no way to change or remove one. */
  append(entry: AuditEntry): Promise<void>;
  /** A page, newest first, at the cost of its items whatever the filters. Entries that arrive meanwhile move nothing. */
  list(tenantId: string, query: AuditQuery): Promise<{ entries: AuditEntry[]; next?: string }>;
}

export function createAuditRepository({ documents, name: TableName }: Table): AuditRepository {
  return {
    async append(entry) {
      try {
        await documents.send(
          new PutCommand({ TableName, Item: auditItem(entry), ConditionExpression: 'attribute_not_exists(pk)' }),
        );
      } catch (error) {
        // Ids are unique: what is there is this very entry, stored by a try whose answer was lost.
        if (!isConditionFailure(error)) throw error;
      }
    },

    async list(tenantId, query) {
      const { fromMs, toMs, limit, after } = query;
      const { IndexName, pkName, skName, pk } = indexOf(tenantId, query);
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          ...(IndexName ? { IndexName } : {}),
          KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :low AND :high',
          ExpressionAttributeNames: { '#pk': pkName, '#sk': skName },
          ExpressionAttributeValues: {
            ':pk': pk,
            ':low': `${keys.auditPrefix}${fromMs === undefined ? '' : idPrefix(fromMs)}`,
            ':high': `${keys.auditPrefix}${toMs === undefined ? '' : idPrefix(toMs)}~`,
          },
          // A position is the id of an entry, from which all its keys are made.
          ...(after === undefined ? {} : { ExclusiveStartKey: startKey(tenantId, after, { pkName, skName, pk }) }),
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      const entries = Items.map((item) => auditEntrySchema.parse(item));
      const last = entries.at(-1);
      return LastEvaluatedKey && last ? { entries, next: last.audit_id } : { entries };
    },
  };
}

interface IndexKey {
  readonly pkName: string;
  readonly skName: string;
  readonly pk: string;
}

/** Each set of filters has an index of its own, so that no page reads what it does not show. */
function indexOf(tenantId: string, { action, user }: AuditQuery): IndexKey & { readonly IndexName?: string } {
  if (user !== undefined && action !== undefined) {
    const { gsi3pk: pk } = keys.auditByUserAndAction(tenantId, user, action);
    return { IndexName: 'gsi3', pkName: 'gsi3pk', skName: 'gsi3sk', pk };
  }
  if (user !== undefined) {
    const { gsi2pk: pk } = keys.auditByUser(tenantId, user);
    return { IndexName: 'gsi2', pkName: 'gsi2pk', skName: 'gsi2sk', pk };
  }
  if (action !== undefined) {
    const { gsi1pk: pk } = keys.auditByAction(tenantId, action);
    return { IndexName: 'gsi1', pkName: 'gsi1pk', skName: 'gsi1sk', pk };
  }
  return { pkName: 'pk', skName: 'sk', pk: keys.audit(tenantId, '').pk };
}

function startKey(tenantId: string, auditId: string, { pkName, skName, pk }: IndexKey): Record<string, string> {
  const key = keys.audit(tenantId, auditId);
  return { ...key, [pkName]: pk, [skName]: key.sk };
}

function auditItem(entry: AuditEntry): Record<string, unknown> {
  const { tenant_id, audit_id, action, actor } = entry;
  return {
    ...keys.audit(tenant_id, audit_id),
    ...keys.auditByAction(tenant_id, action, audit_id),
    ...keys.auditByUser(tenant_id, actor.user, audit_id),
    ...keys.auditByUserAndAction(tenant_id, actor.user, action, audit_id),
    type: 'audit',
    ...entry,
  };
}
