import * as z from 'zod';
import { instantSchema } from '../model/failure.ts';
import { stockEntrySchema, stockReasons } from '../model/stock.ts';
import type { Contract } from './contract.ts';
import { pagingQuery } from './paging.ts';
import { id, listOf } from './schemas.ts';

const quantity = z.string().meta({ description: 'Exact decimal text', example: '3' });
const params = z.strictObject({ sku: id });
const notFound = { status: 404, code: 'stock.not_found', when: 'there is no ledger of this SKU' };
const paging = { limit: pagingQuery.limit, cursor: pagingQuery.cursor };

const stockSchema = z
  .object({
    sku: z.string().meta({ description: '`product:<id>` for a product without one' }),
    balance: quantity.meta({ description: 'What the ledger comes to' }),
    counted_at: instantSchema.nullable(),
    systems: z.record(
      z.string(),
      z.object({
        product: z.string(),
        quantity: quantity.meta({ description: 'The number it has, as far as is known' }),
        target: quantity.meta({ description: 'The number it is told: the balance, not below the floor' }),
        difference: quantity.meta({ description: 'Its number less the balance' }),
        unexplained: quantity.nullable().meta({ description: 'Of a number that nothing explains yet' }),
      }),
    ),
    tills: quantity.nullable().meta({ description: 'What tills were told last' }),
  })
  .meta({ id: 'Stock' });

const { tenant_id: _tenant, sku: _sku, key: _key, ...entryFields } = stockEntrySchema.shape;

export const listStock = {
  name: 'listStock',
  group: 'pos',
  method: 'GET',
  path: '/api/stock',
  summary: 'Stock by SKU: the balance and what each system has; on request only where they differ',
  auth: 'viewer',
  query: z.strictObject({
    ...paging,
    different: z
      .enum(['true', 'false'])
      .optional()
      .meta({ description: 'true: only where a system has another number than the ledger' }),
  }),
  responses: { 200: { description: 'A page', schema: listOf(stockSchema) } },
} as const satisfies Contract;

export const getStock = {
  name: 'getStock',
  group: 'pos',
  method: 'GET',
  path: '/api/stock/{sku}',
  summary: 'Stock of one SKU',
  auth: 'viewer',
  params,
  responses: { 200: { description: 'The stock', schema: stockSchema } },
  problems: [notFound],
} as const satisfies Contract;

export const getStockLedger = {
  name: 'getStockLedger',
  group: 'pos',
  method: 'GET',
  path: '/api/stock/{sku}/ledger',
  summary: 'Why the stock is what it is: every movement, newest first',
  auth: 'viewer',
  params,
  query: z.strictObject(paging),
  responses: {
    200: {
      description: 'A page of movements',
      schema: listOf(
        z.object({ ...entryFields, reason: z.enum(stockReasons), delta: quantity, balance: quantity }).meta({
          id: 'StockEntry',
        }),
      ),
    },
  },
  problems: [notFound],
} as const satisfies Contract;

export const stockContracts: readonly Contract[] = [listStock, getStock, getStockLedger];
