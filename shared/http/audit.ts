import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Contract } from '../api/contract.ts';
import { type Clock, instant } from '../core/clock.ts';
import { fieldDiff } from '../core/field-diff.ts';
import type { Ids } from '../core/ids.ts';
import { isSandbox, tenantOf, type Workspace } from '../core/workspace.ts';
import type { AuditActor, AuditEntry, AuditTarget } from '../model/audit-entry.ts';
import type { Log } from '../platform/logger.ts';
import { redacted, redactor } from '../platform/redaction.ts';
import { actorOf } from './caller.ts';

/** What an endpoint adds to the entry its call leaves. */
export interface AuditNote {
  /** Instead of the one the path names: a sync that was just started. */
  readonly target?: AuditTarget;
  readonly before?: object | undefined;
  readonly after?: object | undefined;
  /** Who acted, where no token says so: the one who began a sign-in. `tenantId` is the id of the workspace. */
  readonly by?: AuditActor & { readonly tenantId: string };
  /** Why nothing came of it, where the answer is not a problem. */
  readonly code?: string;
}

/** What {@link recordCall} needs. */
export interface AuditDeps {
  readonly trail: { append(entry: AuditEntry): Promise<void> };
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'next'>;
}

/** A call that is over, but not yet answered. */
export interface EndedCall {
  readonly contract: Contract;
  readonly event: APIGatewayProxyEventV2;
  /** Where it acted; undefined where it was for the tenant, or refused before that mattered. */
  readonly workspace?: Workspace | undefined;
  readonly status: number;
  /** Of the problem it is answered with. */
  readonly code?: string | undefined;
  readonly note?: AuditNote | undefined;
}

/** Fields that differ, by path, for a note. */
export function changesOf(before: object | undefined, after: object): Pick<AuditNote, 'before' | 'after'> {
  const changes = fieldDiff(before ?? {}, after);
  const side = (name: 'before' | 'after') =>
    Object.fromEntries(changes.flatMap((change) => (name in change ? [[change.path, change[name]]] : [])));
  return { before: before && side('before'), after: side('after') };
}

/**
 * Leaves the entry of a call. What is no request at all (400, 413, 415) or comes from nobody known leaves none. An entry
 * that cannot be stored does not turn an effect that took place into an error for the caller: the log has it then.
 *
 * @returns false when there should be an entry and is none.
 */
export async function recordCall({ trail, clock, ids }: AuditDeps, log: Log, call: EndedCall): Promise<boolean> {
  const by = call.note?.by ?? actorOf(call.event);
  if (!by || call.code?.startsWith('request.')) return true;
  const now = clock.now();
  const code = call.code ?? call.note?.code ?? null;
  const entry: AuditEntry = {
    tenant_id: tenantOf(by.tenantId),
    audit_id: ids.next(),
    at: instant(now),
    actor: { user: by.user, role: by.role },
    action: call.contract.name,
    target: call.note?.target ?? targetOf(call.contract.path, call.event.pathParameters),
    sandbox: call.workspace?.sandbox ?? isSandbox(by.tenantId),
    request_id: call.event.requestContext.requestId,
    outcome: code === null ? 'ok' : call.status >= 500 ? 'failed' : 'refused',
    status: call.status,
    code,
    before: presentable(call.note?.before),
    after: presentable(call.note?.after),
  };
  try {
    await trail.append(entry);
    return true;
  } catch (error) {
    const { before: _before, after: _after, ...known } = entry;
    log.error('audit entry not stored', { ...known, error });
    return false;
  }
}

/** `/api/sync/failures/{id}/retry` acts on a failure, `…/{sync_id}/cancel` on a sync. */
function targetOf(path: string, given: APIGatewayProxyEventV2['pathParameters']): AuditTarget | null {
  const [, folder = '', name = ''] = [...path.matchAll(/([^/]+)\/\{(\w+)\}/g)].at(-1) ?? [];
  // A part of the path may be a secret itself: `{token}`.
  const id = redactor.replacer(name, given?.[name]);
  if (typeof id !== 'string' || id === redacted) return null;
  const type = name === 'id' ? folder.replace(/s$/, '') : name.replace(/_id$/, '');
  return { type: type === 'platform' ? 'connection' : type, id: id.slice(0, longestId) };
}

const longestId = 200;
const longestList = 25;
const longestText = 500;
/** Characters of `before` or `after`; a page of entries stays small enough to be read. */
const largest = 8_000;

/** Without secrets, and no larger than a person reads. */
function presentable(value: object | undefined): Record<string, unknown> | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value, (key, member: unknown) => shorter(redactor.replacer(key, member)));
  return text.length > largest ? { cut: `${text.length} characters` } : (JSON.parse(text) as Record<string, unknown>);
}

function shorter(value: unknown): unknown {
  if (typeof value === 'string') return value.length > longestText ? `${value.slice(0, longestText)}…` : value;
  if (!Array.isArray(value) || value.length <= longestList) return value;
  return [...(value as readonly unknown[]).slice(0, longestList), `… ${value.length - longestList} more`];
}
