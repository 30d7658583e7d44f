import type { Connector } from '../connector.ts';

/** Pages of QuickBooks Online by entity; an item has none of its own. They open in the company the person is in. */
const pages: Readonly<Record<string, string>> = {
  invoice: 'invoice?txnId=',
  payment: 'recvpayment?txnId=',
  sales_receipt: 'salesreceipt?txnId=',
  credit_memo: 'creditmemo?txnId=',
  refund_receipt: 'refundreceipt?txnId=',
  bill: 'bill?txnId=',
  customer: 'customerdetail?nameId=',
  vendor: 'vendordetail?nameId=',
};

export function documentUrlAt(apiUrl: string): NonNullable<Connector['documentUrl']> {
  const isSandbox = /sandbox|127\.0\.0\.1|localhost/.test(apiUrl);
  const host = isSandbox ? 'app.sandbox.qbo.intuit.com' : 'app.qbo.intuit.com';
  return (entity, id) => {
    const page = pages[entity];
    return page === undefined ? undefined : `https://${host}/app/${page}${encodeURIComponent(id)}`;
  };
}
