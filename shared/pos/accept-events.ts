import { type Clock, instant } from '../core/clock.ts';
import type { PosEventRepository } from '../data/pos-event-repository.ts';
import type { ShelfRepository } from '../data/shelf-repository.ts';
import {
  type EventFault,
  type EventReceipt,
  type eventResults,
  type PosEvent,
  refundsOf,
  salesOf,
} from '../model/pos-event.ts';
import { largestBody, type ShelfAddress, type ShelfDraft, type ShelfRecord } from '../model/shelf.ts';
import { addressOf, applyEvent, notedAt, noteOf } from './apply-event.ts';
import { type ReadEvent, readEvent } from './read-event.ts';

/** What became of one event of a batch. */
export interface EventOutcome {
  readonly index: number;
  /** Null where it has none that could be one. */
  readonly client_id: string | null;
  readonly result: (typeof eventResults)[number];
  readonly faults: readonly EventFault[];
  readonly record: ShelfAddress | null;
  readonly effective_at: string | null;
}

interface AcceptDeps {
  readonly events: PosEventRepository;
  readonly shelf: Pick<ShelfRepository, 'findMany'>;
  readonly clock: Clock;
}

/** Events, and records, of one transaction: ten records of the largest size fit the 4 MB it may have. */
const perTransaction = 10;

/** What a batch changed. */
interface Accepted {
  /** In the order of the batch. */
  readonly outcomes: readonly EventOutcome[];
  readonly changed: readonly ShelfAddress[];
  /** Those, and records that come out differently because of them: what is left of a sale depends on its refunds. */
  readonly concerned: readonly ShelfAddress[];
}

/**
 * Takes a batch of events, in whatever order and however often they come. Each is applied once, together with its receipt;
 * one that cannot be is rejected alone.
 */
export async function acceptEvents(
  { events, shelf, clock }: AcceptDeps,
  tenantId: string,
  given: readonly unknown[],
): Promise<Accepted> {
  const outcomes: EventOutcome[] = [];
  const changed = new Map<string, ShelfAddress>();
  const refundsBySale = new Map<string, readonly string[] | undefined>();
  for (const group of groupsOf(given.map((event, index) => ({ index, read: readEvent(event) })))) {
    const at = instant(clock.now());
    const wanted = {
      clientIds: [...new Set(group.flatMap(({ read: each }) => clientIdOf(each) ?? []))],
      addresses: addressesOf(group.map(({ read: each }) => each)),
    };
    let decided: ReturnType<typeof decideGroup> | undefined;
    await events.store(tenantId, at, wanted, (receipts, records) => {
      decided = decideGroup(tenantId, at, group, wanted, receipts, records);
      return decided;
    });
    outcomes.push(...(decided?.outcomes ?? []));
    for (const [index, address] of wanted.addresses.entries()) {
      if (decided?.drafts[index]) changed.set(keyOf(address), address);
    }
    for (const [sale, refunds] of decided?.refundsBySale ?? []) refundsBySale.set(sale, refunds);
  }
  const unread = [...refundsBySale].flatMap(([id, refunds]) => (refunds ? [] : [{ entity: 'sale', id }]));
  for (const sale of unread.length === 0 ? [] : await shelf.findMany(tenantId, unread)) {
    if (sale) refundsBySale.set(sale.id, refundsOf(sale.body));
  }
  const concerned = [
    ...changed.values(),
    ...[...refundsBySale].flatMap(([id, refunds = []]) => addressesIn(id, refunds)),
  ];
  return {
    outcomes,
    changed: [...changed.values()],
    concerned: [...new Map(concerned.map((address) => [keyOf(address), address])).values()],
  };
}

/** A sale and all its refunds. */
const addressesIn = (sale: string, refunds: readonly string[]): readonly ShelfAddress[] => [
  { entity: 'sale', id: sale },
  ...refunds.map((id) => ({ entity: 'refund', id })),
];

type Group = readonly { readonly index: number; readonly read: ReadEvent }[];

/** As many events at once as one transaction takes, in their order. */
function groupsOf(read: Group): Group[] {
  const groups: Group[number][][] = [];
  const records = new Set<string>();
  for (const each of read) {
    const own = addressesOf([each.read]).map(keyOf);
    const group = groups.at(-1);
    if (group && group.length < perTransaction && new Set([...records, ...own]).size <= perTransaction) {
      group.push(each);
    } else {
      groups.push([each]);
      records.clear();
    }
    for (const key of own) records.add(key);
  }
  return groups;
}

/** One event after the other, each over what those before it left. */
function decideGroup(
  tenantId: string,
  at: string,
  group: Group,
  wanted: { readonly clientIds: readonly string[]; readonly addresses: readonly ShelfAddress[] },
  receipts: readonly (EventReceipt | undefined)[],
  records: readonly (ShelfRecord | undefined)[],
) {
  const known = new Map(wanted.clientIds.map((id, index) => [id, receipts[index]]));
  const present = new Map(wanted.addresses.map((address, index) => [keyOf(address), records[index]]));
  const stored = new Map<string, EventReceipt>();
  const drafts = new Map<string, ShelfDraft>();
  const sales = new Set<string>();
  const put = (address: ShelfAddress, draft: ShelfDraft | undefined): void => {
    if (!draft) return;
    const key = keyOf(address);
    drafts.set(key, draft);
    present.set(key, withBody(tenantId, address, present.get(key), draft, at));
  };
  const outcomes = group.map(({ index, read }): EventOutcome => {
    const clientId = clientIdOf(read);
    const before = clientId === null ? undefined : known.get(clientId);
    const settled = settle(
      read,
      before,
      (event, effectiveAt) => {
        const own = addressOf(event);
        const other = notedAt(event);
        const { result, draft } = applyEvent(event, effectiveAt, present.get(keyOf(own)));
        const note = other && result === 'applied' ? noteOf(event, present.get(keyOf(other))) : undefined;
        if ([draft, note].some((each) => each && tooLarge(each))) return undefined;
        put(own, draft);
        if (other) put(other, note);
        for (const id of draft ? salesOf({ ...own, body: draft.body }) : []) sales.add(id);
        return result;
      },
      at,
    );
    if (settled.receipt && clientId !== null) {
      const receipt = {
        ...settled.receipt,
        tenant_id: tenantId,
        version: (receipts[wanted.clientIds.indexOf(clientId)]?.version ?? 0) + 1,
      };
      known.set(clientId, receipt);
      stored.set(clientId, receipt);
    }
    const { record = null, effective_at = null } = settled.receipt ?? before ?? {};
    return { index, client_id: clientId, result: settled.result, faults: settled.faults, record, effective_at };
  });
  return {
    outcomes,
    receipts: [...stored.values()],
    drafts: wanted.addresses.map((address) => drafts.get(keyOf(address))),
    /** Of the sales that come out differently; undefined of those that were not read, which a refund was of before. */
    refundsBySale: [...sales].map((id) => {
      const sale = present.get(keyOf({ entity: 'sale', id }));
      return [id, sale && refundsOf(sale.body)] as const;
    }),
  };
}

interface Settled {
  readonly result: EventOutcome['result'];
  readonly faults: readonly EventFault[];
  /** What is to be kept. */
  readonly receipt?: Omit<EventReceipt, 'tenant_id' | 'version'>;
}

/** What becomes of one event, and what is kept of it. */
function settle(
  read: ReadEvent,
  before: EventReceipt | undefined,
  apply: (event: PosEvent, effectiveAt: string) => 'applied' | 'superseded' | undefined,
  at: string,
): Settled {
  if (before && before.hash === read.hash) {
    return before.result === 'rejected'
      ? { result: 'rejected', faults: before.faults }
      : { result: 'duplicate', faults: [] };
  }
  // One that was rejected changed nothing: corrected, it may come again under its id.
  if (before && before.result !== 'rejected') return { result: 'rejected', faults: [changedFault] };
  if (read.kind === 'faulty') {
    const receipt = {
      client_id: read.clientId ?? '',
      kind: '',
      register: '',
      hash: read.hash,
      result: 'rejected' as const,
      faults: read.faults.slice(0, mostFaults),
      record: null,
      occurred_at: null,
      effective_at: null,
      received_at: at,
    };
    return { result: 'rejected', faults: receipt.faults, receipt };
  }
  const { event, hash } = read;
  // A clock that runs ahead must not make an event win over what really comes later.
  const effectiveAt = event.occurred_at < at ? event.occurred_at : at;
  const outcome = apply(event, effectiveAt);
  const faults = outcome === undefined ? [largeFault] : [];
  const result = outcome ?? 'rejected';
  return {
    result,
    faults,
    receipt: {
      client_id: event.client_id,
      kind: event.kind,
      register: event.register,
      hash,
      result,
      faults,
      record: addressOf(event),
      occurred_at: event.occurred_at,
      effective_at: effectiveAt,
      received_at: at,
    },
  };
}

/** More say nothing that the first do not. */
const mostFaults = 50;

const changedFault: EventFault = {
  path: 'client_id',
  code: 'pos.event_changed',
  message: 'Another event came under this id; give this one an id of its own',
};
const largeFault: EventFault = {
  path: 'data',
  code: 'pos.too_large',
  message: `A record may have ${largestBody} bytes`,
};

const keyOf = ({ entity, id }: ShelfAddress): string => JSON.stringify([entity, id]);

const clientIdOf = (read: ReadEvent): string | null => (read.kind === 'event' ? read.event.client_id : read.clientId);

function addressesOf(group: readonly ReadEvent[]): ShelfAddress[] {
  const addresses = group
    .flatMap((read) => (read.kind === 'event' ? [addressOf(read.event), notedAt(read.event)] : []))
    .filter((address) => address !== undefined);
  return [...new Map(addresses.map((address) => [keyOf(address), address])).values()];
}

function tooLarge({ body }: ShelfDraft): boolean {
  return Buffer.byteLength(JSON.stringify(body)) > largestBody;
}

/** The record as the events behind this one in the batch find it. */
function withBody(
  tenantId: string,
  address: ShelfAddress,
  before: ShelfRecord | undefined,
  draft: ShelfDraft,
  at: string,
): ShelfRecord {
  const { version = 1, sequence = 1, hash = '' } = before ?? {};
  return { tenant_id: tenantId, ...address, version, sequence, hash, changed_at: at, ...draft };
}
