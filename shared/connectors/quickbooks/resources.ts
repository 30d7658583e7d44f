import type { TargetEntity } from '../target.ts';

/** How one entity is written, found and named. Data, so that another entity is another row. */
export interface Resource {
  /** QuickBooks name. */
  readonly type: string;
  readonly target: TargetEntity;
  /** Name lists: the member that must be unique, and the one that tells whether two are the same. */
  readonly naming?:
    | {
        readonly name: string;
        readonly identity: string;
        readonly maxLength: number;
        /** The platform does not search by the identity (reference section 5): it is compared among namesakes only. */
        readonly identityHidden?: boolean | undefined;
      }
    | undefined;
  /**
   * Members that mean something else in an update: a quantity and a day would be an adjustment of the stock (reference
   * section 3.1). They are sent once and stay with the document.
   */
  readonly createOnly?: readonly string[] | undefined;
  /** Documents: the member that carries our number. */
  readonly number?: string | undefined;
  /** Documents that are voided to be kept out of use; the others know nothing but deletion (reference section 4). */
  readonly voids?: boolean | undefined;
  /** Whether one number may stand on several documents. */
  readonly sharedNumber?: boolean | undefined;
}

/** QuickBooks takes 30 items in a batch. */
const batchSize = 30;
const callKinds = ['request', 'batch'];

/** How long request ids are remembered is not documented (reference section 2): well below a day is safe to assume. */
const replayableMs = 6 * 3_600_000;

const nameList = (name: string): TargetEntity =>
  // Two name edits at once in one company fail with 6000 (reference section 4).
  ({ name, batchSize, callKinds, concurrency: 1, safety: 'claim', replayableMs });
const documents = (name: string): TargetEntity => ({
  name,
  batchSize,
  callKinds,
  concurrency: 4,
  safety: 'claim',
  replayableMs,
});

export const resources: Readonly<Record<string, Resource>> = {
  customer: {
    type: 'Customer',
    target: nameList('customer'),
    naming: { name: 'DisplayName', identity: 'PrimaryEmailAddr.Address', maxLength: 100 },
  },
  vendor: {
    type: 'Vendor',
    target: nameList('vendor'),
    naming: {
      name: 'DisplayName',
      identity: 'PrimaryEmailAddr.Address',
      maxLength: 100,
      identityHidden: true,
    },
  },
  item: {
    type: 'Item',
    target: nameList('item'),
    naming: { name: 'Name', identity: 'Sku', maxLength: 100 },
    createOnly: ['Type', 'QtyOnHand', 'InvStartDate'],
  },
  invoice: { type: 'Invoice', target: documents('invoice'), number: 'DocNumber', voids: true },
  sales_receipt: { type: 'SalesReceipt', target: documents('sales_receipt'), number: 'DocNumber', voids: true },
  credit_memo: { type: 'CreditMemo', target: documents('credit_memo'), number: 'DocNumber' },
  refund_receipt: { type: 'RefundReceipt', target: documents('refund_receipt'), number: 'DocNumber' },
  payment: { type: 'Payment', target: documents('payment'), number: 'PaymentRefNum', sharedNumber: true, voids: true },
};

export function resourceOf(entity: string): Resource {
  const resource = resources[entity];
  if (!resource) throw new Error(`QuickBooks has no resource ${entity}`);
  return resource;
}
