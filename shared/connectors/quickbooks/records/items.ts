import * as z from 'zod';
import type { SourceRecord } from '../../source.ts';
import { ownName } from './names.ts';
import { common, id, metaData, named, quantity, type Row, ref, snakeCase, text } from './values.ts';

const itemSchema = z.object({
  Id: id,
  Name: z.string(),
  FullyQualifiedName: z.string().optional(),
  Sku: text,
  Type: z.string().default('Service'),
  Description: text,
  PurchaseDesc: text,
  UnitPrice: quantity.optional(),
  PurchaseCost: quantity.optional(),
  QtyOnHand: quantity.optional(),
  TrackQtyOnHand: z.boolean().default(false),
  InvStartDate: z.string().optional(),
  Taxable: z.boolean().optional(),
  Active: z.boolean().default(true),
  ParentRef: ref.optional(),
  IncomeAccountRef: ref.optional(),
  ExpenseAccountRef: ref.optional(),
  AssetAccountRef: ref.optional(),
  MetaData: metaData,
});

/** Items of all kinds, categories among them. @throws ZodError when QuickBooks sent something else. */
export function itemRecord(row: Row): SourceRecord {
  const item = itemSchema.parse(row);
  const name = ownName(item.Name, item.Active);
  return {
    ...common(row, item.MetaData),
    entity: 'item',
    id: item.Id,
    label: `Item ${name}`,
    ...(item.Sku ? { number: item.Sku } : {}),
    data: {
      name,
      full_name: ownName(item.FullyQualifiedName ?? item.Name, item.Active),
      sku: item.Sku || null,
      type: snakeCase(item.Type),
      description: item.Description || null,
      purchase_description: item.PurchaseDesc || null,
      price: item.UnitPrice ?? null,
      cost: item.PurchaseCost ?? null,
      tracks_stock: item.TrackQtyOnHand,
      stock_quantity: item.TrackQtyOnHand ? (item.QtyOnHand ?? '0') : null,
      stock_since: item.InvStartDate?.slice(0, 10) ?? null,
      taxable: item.Taxable ?? null,
      active: item.Active,
      parent_ref: item.ParentRef?.value ?? null,
      income_account: named(item.IncomeAccountRef),
      expense_account: named(item.ExpenseAccountRef),
      asset_account: named(item.AssetAccountRef),
      created_at: item.MetaData.CreateTime,
      modified_at: item.MetaData.LastUpdatedTime,
    },
  };
}
