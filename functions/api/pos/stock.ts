import * as contract from '#shared/api/stock.ts';
import { decimal, plainDecimal } from '#shared/core/money.ts';
import type { StockRepository } from '#shared/data/stock-repository.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import { ProblemError } from '#shared/http/problem.ts';
import type { StockItem } from '#shared/model/stock.ts';
import { targetOf } from '#shared/stock/ledger.ts';

interface StockApiDeps {
  readonly stock: StockRepository;
}

export const listStock = endpoint(
  contract.listStock,
  async ({ query, caller: { tenantId } }, { stock }: StockApiDeps) => {
    const filter = query.different === 'true' ? 'different' : 'all';
    const page = await readPage(query, [tenantId, 'stock', filter], async (limit, after) => {
      const { items, next } = await stock.list(tenantId, filter, { limit, after });
      return { items, next };
    });
    return answer(200, { ...page, items: page.items.map(stockView) });
  },
);

export const getStock = endpoint(
  contract.getStock,
  async ({ params: { sku }, caller: { tenantId } }, { stock }: StockApiDeps) =>
    answer(200, stockView(await ledgerOf(stock, tenantId, sku))),
);

export const getStockLedger = endpoint(
  contract.getStockLedger,
  async ({ params: { sku }, query, caller: { tenantId } }, { stock }: StockApiDeps) => {
    await ledgerOf(stock, tenantId, sku);
    const page = await readPage(query, [tenantId, 'stock ledger', sku], async (limit, after) => {
      const { entries, next } = await stock.entries(tenantId, sku, { limit, after });
      return { items: entries, next };
    });
    const items = page.items.map(({ tenant_id: _tenant, sku: _sku, key: _key, ...shown }) => shown);
    return answer(200, { ...page, items });
  },
);

async function ledgerOf(stock: StockRepository, tenantId: string, sku: string): Promise<StockItem> {
  const item = await stock.find(tenantId, sku);
  if (item) return item;
  throw new ProblemError('stock.not_found', `There is no ledger of ${sku}: neither a shop nor a till ever named it.`);
}

function stockView(item: StockItem) {
  const { sku, balance, counted_at = null, published = null, places } = item;
  const systems = Object.fromEntries(
    Object.entries(places).map(([system, place]) => [
      system,
      {
        product: place.product,
        quantity: place.expected,
        target: targetOf(item, place),
        difference: plainDecimal(decimal(place.expected).minus(decimal(balance))),
        unexplained: place.suspect?.difference ?? null,
      },
    ]),
  );
  return { sku, balance, counted_at, systems, tills: published };
}
