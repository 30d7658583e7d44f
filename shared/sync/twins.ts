import type { SourceRecord } from '../connectors/source.ts';
import type { Link } from '../model/link.ts';
import { linkBase } from './link-base.ts';
import type { LinkAddress, LinkRepository } from './ports.ts';
import type { Route, Step } from './routes.ts';

/** The route that carries the documents of a step back to where they came from, where there is one. */
export function twinOf({ source, target }: Route, { entity }: Step, routes: readonly Route[]): Route | undefined {
  return routes.find(
    (other) =>
      other.source.platform === target.platform &&
      other.source.entity === entity &&
      other.target.platform === source.platform &&
      other.steps.some((step) => step.entity === source.entity),
  );
}

/** Where the twin of a link is kept: the document as the source, the record as its target. */
export function twinAddress({ source, target }: LinkAddress, targetId: string): LinkAddress {
  return {
    source: { connection: target.connection, entity: target.entity, id: targetId },
    target: { connection: source.connection, entity: source.entity },
  };
}

/**
 * The link of the way back. `echo` is the document as we know it: read like that, it is nothing new. Its hash is left out,
 * because what the way back wrote last is not what the record holds now.
 */
export function twinLink(
  tenantId: string,
  address: LinkAddress,
  document: { readonly id: string; readonly fingerprint?: string | undefined },
  record: Pick<SourceRecord, 'fingerprint'>,
  kept: Pick<Link, 'updated_at' | 'journal' | 'batch_id'> & { readonly before?: Link | undefined },
): Link {
  const { before, ...rest } = kept;
  return {
    ...linkBase(tenantId, twinAddress(address, document.id)),
    state: 'linked',
    target_id: address.source.id,
    target_version: before?.target_version ?? null,
    fingerprint: record.fingerprint ?? before?.fingerprint,
    echo: document.fingerprint,
    ...(before?.assigned ? { assigned: before.assigned } : {}),
    ...rest,
  };
}

/**
 * Which of these documents stand for another record of the source already, by the id of that record. Where records go both
 * ways one document stands for one record: joined to two, edits of it would reach only the last of them. A record that is
 * gone lets go of its document. Of several that want the same one the first is let through.
 */
export async function joinedElsewhere(
  links: Pick<LinkRepository, 'findMany'>,
  tenantId: string,
  wanted: readonly { readonly address: LinkAddress; readonly id: string }[],
): Promise<(string | undefined)[]> {
  const backs = await links.findMany(
    tenantId,
    wanted.map(({ address, id }) => twinAddress(address, id)),
  );
  const others = wanted.map(({ address }, index) => {
    const back = backs[index];
    return back?.state === 'linked' && back.target_id !== address.source.id ? back.target_id : undefined;
  });
  const rivals = await links.findMany(
    tenantId,
    wanted.map(({ address }, index) => ({
      ...address,
      source: { ...address.source, id: others[index] ?? address.source.id },
    })),
  );
  const first = new Map<string, string>();
  return wanted.map(({ address, id }, index) => {
    const rival = rivals[index];
    if (others[index] !== undefined && rival?.state === 'linked' && rival.target_id === id && !rival.gone)
      return others[index];
    const taken = first.get(id);
    if (taken === undefined) first.set(id, address.source.id);
    return taken;
  });
}

/** Whether a record is as we wrote it, or as it was when it was last carried on. */
export function isEcho(record: Pick<SourceRecord, 'fingerprint'>, link: Link | undefined): boolean {
  return link?.state === 'linked' && link.echo !== undefined && link.echo === record.fingerprint;
}
