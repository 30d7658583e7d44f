import { measure } from '../meter.ts';
import { control } from '../platforms/place.ts';
import { answerTask } from '../subjects/answer.ts';
import type { BaselineReport, BaselineTask } from '../subjects/task.ts';
import { answered, openBooks, openShop } from './clients.ts';
import type { WooLine, WooOrder } from './woo-order.ts';

type Books = ReturnType<typeof openBooks>;
type Found = { readonly QueryResponse?: Record<string, unknown> };

const posted = ['on-hold', 'processing', 'completed', 'refunded'];

/**
 * The script most people write: with the two usual client libraries, order by order, find or create the customer and
 * each item, create the invoice, create the payment. It remembers what it found in this run, which many do not. It keeps
 * no record, no journal and no checkpoint, and a refused document is only counted.
 */
async function syncPerRecord(task: BaselineTask): Promise<BaselineReport> {
  const shop = openShop(task.place);
  const books = openBooks(task.place, task.company);
  const before = await control.sightings(task.place, task.company.realmId);
  const { value, cost } = await measure(async () => {
    const script = new Script(books);
    let orders = 0;
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const { data, headers } = await shop.get('orders', {
        per_page: '100',
        page: String(page),
        orderby: 'id',
        order: 'asc',
      });
      pages = Number(headers['x-wp-totalpages']);
      for (const order of data as readonly WooOrder[]) {
        orders += 1;
        if (posted.includes(order.status)) await script.order(order);
      }
    }
    return { orders, documents: script.documents, failed: script.failed };
  });
  return { cost, ...value, before, after: await control.sightings(task.place, task.company.realmId) };
}

class Script {
  documents = 0;
  failed = 0;
  private readonly books: Books;
  private readonly customers = new Map<string, string>();
  private readonly items = new Map<string, string>();
  private incomeAccount: string | undefined;

  constructor(books: Books) {
    this.books = books;
  }

  async order(order: WooOrder): Promise<void> {
    try {
      const customer = await this.customer(order);
      const lines = [...order.line_items, ...order.shipping_lines, ...order.fee_lines];
      const Line = [];
      for (const line of lines) Line.push(invoiceLine(line, await this.item(line)));
      const invoice = await this.create('Invoice', {
        DocNumber: order.number,
        TxnDate: order.date_created.slice(0, 10),
        CustomerRef: { value: customer },
        BillAddr: address(order),
        Line,
        TxnTaxDetail: { TotalTax: Number(order.total_tax) },
      });
      if (!order.date_paid || Number(order.total) === 0) return;
      await this.create('Payment', {
        TotalAmt: Number(order.total),
        TxnDate: order.date_paid.slice(0, 10),
        CustomerRef: { value: customer },
        PaymentRefNum: order.number,
        Line: [{ Amount: Number(order.total), LinkedTxn: [{ TxnId: invoice, TxnType: 'Invoice' }] }],
      });
    } catch {
      this.failed += 1;
    }
  }

  private async customer(order: WooOrder): Promise<string> {
    const { email, first_name, last_name, company, phone } = order.billing;
    const name = `${first_name} ${last_name}`.trim() || company || email || `Guest ${order.number}`;
    const key = email || name;
    const known = this.customers.get(key);
    if (known) return known;
    const field = email ? 'PrimaryEmailAddr' : 'DisplayName';
    const found = await this.find('Customer', [{ field, value: key, operator: '=' }]);
    const id =
      found ??
      (await this.create('Customer', {
        DisplayName: `${name} ${email ? `(${email})` : ''}`.trim().replaceAll(':', ' ').slice(0, 100),
        GivenName: first_name,
        FamilyName: last_name,
        PrimaryEmailAddr: email ? { Address: email } : undefined,
        PrimaryPhone: phone ? { FreeFormNumber: phone } : undefined,
        BillAddr: address(order),
      }));
    this.customers.set(key, id);
    return id;
  }

  private async item(line: WooLine): Promise<string> {
    const name = (line.sku || line.name || line.method_title || 'Other').replaceAll(':', ' ').slice(0, 100);
    const known = this.items.get(name);
    if (known) return known;
    const found = await this.find('Item', [{ field: 'Name', value: name, operator: '=' }]);
    this.incomeAccount ??= await this.find('Account', [{ field: 'AccountType', value: 'Income', operator: '=' }]);
    const id =
      found ??
      (await this.create('Item', { Name: name, Type: 'Service', IncomeAccountRef: { value: this.incomeAccount } }));
    this.items.set(name, id);
    return id;
  }

  private async find(entity: 'Customer' | 'Item' | 'Account', criteria: object): Promise<string | undefined> {
    const { QueryResponse } = await answered<Found>((callback) => this.books[`find${entity}s`](criteria, callback));
    const [row] = (QueryResponse?.[entity] ?? []) as readonly { readonly Id: string }[];
    return row?.Id;
  }

  private async create(entity: 'Customer' | 'Item' | 'Invoice' | 'Payment', body: object): Promise<string> {
    const created = await answered<unknown>((callback) => this.books[`create${entity}`](body as never, callback));
    this.documents += 1;
    return String((created as { Id: string }).Id);
  }
}

/** Amounts as the library sends them: JSON numbers. */
function invoiceLine(line: WooLine, item: string): object {
  return {
    DetailType: 'SalesItemLineDetail',
    Amount: Number(line.total),
    Description: line.name ?? line.method_title,
    SalesItemLineDetail: {
      ItemRef: { value: item },
      TaxCodeRef: { value: Number(line.total_tax) === 0 ? 'NON' : 'TAX' },
    },
  };
}

function address({ billing }: WooOrder): object {
  return {
    Line1: billing.address_1,
    City: billing.city,
    CountrySubDivisionCode: billing.state,
    PostalCode: billing.postcode,
    Country: billing.country,
  };
}

answerTask(syncPerRecord);
