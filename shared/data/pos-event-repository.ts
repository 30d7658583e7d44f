import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type EventReceipt, eventReceiptSchema } from '../model/pos-event.ts';
import type { ShelfAddress, ShelfDraft, ShelfRecord } from '../model/shelf.ts';
import { changeShelf } from './change-shelf.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

/** What tills told us, by the id they gave it. */
export interface PosEventRepository {
  find(tenantId: string, clientId: string): Promise<EventReceipt | undefined>;
  /**
   * Stores receipts together with the records that their events change, all or none, whoever else is at work; receipts
   * and records together at most 99. May ask again what is to be stored.
   */
  store(
    tenantId: string,
    at: string,
    wanted: { readonly clientIds: readonly string[]; readonly addresses: readonly ShelfAddress[] },
    decide: (
      receipts: readonly (EventReceipt | undefined)[],
      records: readonly (ShelfRecord | undefined)[],
    ) => {
      readonly receipts: readonly EventReceipt[];
      /** In the order of the addresses. */
      readonly drafts: readonly (ShelfDraft | undefined)[];
    },
  ): Promise<void>;
}

export function createPosEventRepository(table: Table): PosEventRepository {
  return {
    async find(tenantId, clientId) {
      const { Item } = await table.documents.send(
        new GetCommand({ TableName: table.name, Key: keys.posEvent(tenantId, clientId), ConsistentRead: true }),
      );
      return Item && eventReceiptSchema.parse(Item);
    },

    async store(tenantId, at, { clientIds, addresses }, decide) {
      await changeShelf(table, tenantId, at, {
        addresses,
        companions: clientIds.map((clientId) => keys.posEvent(tenantId, clientId)),
        decide: (records, items) => {
          const { receipts, drafts } = decide(
            items.map((item) => item && eventReceiptSchema.parse(item)),
            records,
          );
          const puts = receipts.map((receipt) => ({
            ...keys.posEvent(tenantId, receipt.client_id),
            type: 'pos_event',
            ...receipt,
          }));
          return { drafts, puts };
        },
      });
    },
  };
}
