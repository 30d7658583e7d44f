import type { Connector } from '../connectors/connector.ts';
import { instant } from '../core/clock.ts';
import type { Failure } from '../core/failure.ts';
import { isSandbox } from '../core/workspace.ts';
import type { Connection } from '../model/connection.ts';
import type { Leg } from '../model/run.ts';
import { readVitals, type Vitals, type VitalsDeps } from './vitals.ts';

export const healthLevels = ['healthy', 'degraded', 'unhealthy'] as const;
export type HealthLevel = (typeof healthLevels)[number];

/** One platform's part of the answer. */
export interface ConnectorHealth extends Omit<Vitals, 'trouble'> {
  readonly platform: string;
  readonly title: string;
  readonly status: Connection['status'];
  readonly enabled: boolean;
  readonly health: HealthLevel;
  readonly failure: Failure | null;
  readonly last_check_at: string | null;
  readonly last_sync_at: string | null;
  /** Legs from or to it that wait or are worked on. */
  readonly queue_depth: number;
}

export interface Health {
  readonly status: HealthLevel;
  readonly sandbox: boolean;
  /** One sentence for each thing that keeps it from being healthy. */
  readonly reasons: string[];
  readonly queue_depth: number;
  readonly connectors: ConnectorHealth[];
  readonly checked_at: string;
}

/** How a tenant's integrations fare, from what is stored: no platform is asked. */
export async function readHealth(deps: VitalsDeps, tenantId: string): Promise<Health> {
  const [connections, vitalsOf, legs] = await Promise.all([
    deps.connections.list(tenantId),
    readVitals(deps, tenantId),
    deps.activity.openLegs(tenantId),
  ]);
  const judged = Object.values(deps.connectors).map((connector) => {
    const connection = connections.find(({ platform }) => platform === connector.platform);
    return judge(deps, connector, connection, vitalsOf(connector.platform), legs);
  });
  const findings = [...judged.flatMap((each) => each.findings), ...findingsOfAll(connections, tenantId)];
  return {
    status: worst(findings),
    sandbox: isSandbox(tenantId),
    reasons: findings.map(({ reason }) => reason),
    queue_depth: legs.length,
    connectors: judged.map(({ connector }) => connector),
    checked_at: instant(deps.clock.now()),
  };
}

interface Finding {
  readonly level: Exclude<HealthLevel, 'healthy'>;
  readonly reason: string;
}

function judge(
  deps: Pick<VitalsDeps, 'routes'>,
  { platform, title }: Connector,
  connection: Connection | undefined,
  { trouble, ...vitals }: Vitals,
  legs: readonly Leg[],
): { connector: ConnectorHealth; findings: readonly Finding[] } {
  const own = new Set(
    deps.routes
      .filter(({ source, target }) => [source.platform, target.platform].includes(platform))
      .map(({ id }) => id),
  );
  const findings = inUse(connection) ? findingsOf(title, connection, vitals) : [];
  const connector: ConnectorHealth = {
    platform,
    title,
    status: presentStatus(connection, vitals),
    enabled: connection?.enabled ?? false,
    health: worst(findings),
    failure: connection?.failure ?? trouble ?? null,
    last_check_at: connection?.last_check_at ?? null,
    last_sync_at: connection?.last_sync_at ?? null,
    queue_depth: legs.filter(({ route_id }) => own.has(route_id)).length,
    ...vitals,
  };
  return { connector, findings };
}

/** A connection whose breaker is not closed works only in part, whatever its last check said. */
export function presentStatus(
  connection: Connection | undefined,
  { breaker }: Pick<Vitals, 'breaker'>,
): Connection['status'] {
  const status = connection?.status ?? 'disconnected';
  return status === 'connected' && breaker.state !== 'closed' ? 'degraded' : status;
}

/** What its owner switched off or disconnected is nobody's trouble. */
function inUse(connection: Connection | undefined): connection is Connection {
  return connection?.enabled === true && connection.status !== 'disconnected';
}

function findingsOf(
  title: string,
  { status, failure }: Connection,
  { breaker, errors_24h }: Pick<Vitals, 'breaker' | 'errors_24h'>,
): Finding[] {
  const findings: Finding[] = [];
  const why = failure ? ` ${failure.reason}` : '';
  if (status === 'reauth_required') findings.push({ level: 'unhealthy', reason: `${title} must be connected again.` });
  if (status === 'error') findings.push({ level: 'unhealthy', reason: `${title} does not work.${why}` });
  if (status === 'degraded')
    findings.push({ level: 'degraded', reason: `${title} did not pass its last check.${why}` });
  if (breaker.state === 'open') {
    findings.push({ level: 'unhealthy', reason: `${title} is down; the next try is at ${breaker.retry_at}.` });
  }
  if (breaker.state === 'half_open')
    findings.push({ level: 'degraded', reason: `${title} was down and is tried again.` });
  if (errors_24h > 0)
    findings.push({
      level: 'degraded',
      reason: `${title}: ${records(errors_24h)} did not arrive in the last 24 hours.`,
    });
  return findings;
}

function records(count: number): string {
  return count === 1 ? '1 record' : `${count} records`;
}

function findingsOfAll(connections: readonly Connection[], workspaceId: string): Finding[] {
  const where = isSandbox(workspaceId) ? ' in the sandbox' : '';
  return connections.some(({ status }) => status !== 'disconnected')
    ? []
    : [{ level: 'degraded', reason: `No platform is connected${where}.` }];
}

function worst(findings: readonly Finding[]): HealthLevel {
  if (findings.some(({ level }) => level === 'unhealthy')) return 'unhealthy';
  return findings.length > 0 ? 'degraded' : 'healthy';
}
