import type { Link } from '../model/link.ts';
import type { LinkAddress } from './ports.ts';

type LinkBase = Pick<
  Link,
  | 'tenant_id'
  | 'source_number'
  | 'source_connection'
  | 'source_entity'
  | 'source_id'
  | 'target_connection'
  | 'target_entity'
>;

/** The part of a link that says what it joins. */
export function linkBase(tenantId: string, { source, target }: LinkAddress): LinkBase {
  return {
    tenant_id: tenantId,
    source_connection: source.connection,
    source_entity: source.entity,
    source_id: source.id,
    source_number: source.number,
    target_connection: target.connection,
    target_entity: target.entity,
  };
}
