import type * as z from 'zod';
import { invalidId, WooError } from './errors.ts';
import type { productInput, variationInput } from './input.ts';
import { mergeMeta } from './merge.ts';
import type { Product, Variation } from './model.ts';
import type { Store } from './store.ts';

type ProductInput = z.infer<typeof productInput>;
type VariationInput = z.infer<typeof variationInput>;

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

/** @throws WooError 400 `product_invalid_sku` when another product or variation has the SKU. */
function checkSku({ shop }: Store, sku: string | undefined, ownId: number): void {
  if (!sku) return;
  for (const { id, sku: taken } of [...shop.products.values(), ...shop.variations.values()]) {
    if (taken !== sku || id === ownId) continue;
    const data = { status: 400, resource_id: id, unique_sku: `${sku}-1` };
    throw new WooError(400, 'product_invalid_sku', 'Invalid or duplicated SKU.', data);
  }
}

export function createProduct(store: Store, input: ProductInput): Product {
  checkSku(store, input.sku, 0);
  const { ids, products } = store.shop;
  const name = input.name ?? 'Product';
  const product: Product = {
    id: ids.post++,
    type: input.type ?? 'simple',
    status: input.status ?? 'publish',
    name,
    slug: slugOf(name),
    sku: input.sku ?? '',
    regularPrice: input.regular_price ?? '',
    salePrice: input.sale_price ?? '',
    taxStatus: input.tax_status ?? 'taxable',
    taxClass: input.tax_class ?? '',
    virtual: input.virtual ?? false,
    downloadable: input.downloadable ?? false,
    manageStock: input.manage_stock ?? false,
    stockQuantity: input.stock_quantity ?? null,
    description: input.description ?? '',
    shortDescription: input.short_description ?? '',
    weight: input.weight ?? '',
    attributes: [],
    variationIds: [],
    totalSales: 0,
    meta: mergeMeta<Product>(store, [], input.meta_data),
    createdAt: store.now(),
    modifiedAt: store.now(),
  };
  products.set(product.id, product);
  store.touch('products');
  store.announce('product.created', product.id);
  return product;
}

/** Any PUT bumps a product, changed or not. Orders are not touched: their lines keep the old name. */
export function updateProduct(store: Store, id: number, input: ProductInput): Product {
  const product = store.shop.products.get(id);
  if (!product) throw invalidId('product', 400);
  checkSku(store, input.sku, id);
  product.name = input.name ?? product.name;
  product.status = input.status ?? product.status;
  product.taxStatus = input.tax_status ?? product.taxStatus;
  product.downloadable = input.downloadable ?? product.downloadable;
  product.shortDescription = input.short_description ?? product.shortDescription;
  product.weight = input.weight ?? product.weight;
  patchShared(store, product, input);
  store.touch('products');
  store.announce('product.updated', id);
  return product;
}

function patchShared(store: Store, item: Product | Variation, input: ProductInput): void {
  item.sku = input.sku ?? item.sku;
  item.regularPrice = input.regular_price ?? item.regularPrice;
  item.salePrice = input.sale_price ?? item.salePrice;
  item.taxClass = input.tax_class ?? item.taxClass;
  item.virtual = input.virtual ?? item.virtual;
  item.manageStock = input.manage_stock ?? item.manageStock;
  if (input.stock_quantity !== undefined) item.stockQuantity = input.stock_quantity;
  item.description = input.description ?? item.description;
  item.meta = mergeMeta<Product>(store, item.meta, input.meta_data);
  item.modifiedAt = store.now();
}

export function removeProduct(store: Store, id: number, force: boolean): void {
  const { products, variations } = store.shop;
  const product = products.get(id);
  if (!product) throw invalidId('product');
  if (!force && product.status === 'trash') {
    throw new WooError(410, 'woocommerce_rest_already_trashed', 'The product has already been deleted.');
  }
  if (force) {
    products.delete(id);
    for (const variationId of product.variationIds) variations.delete(variationId);
  } else {
    product.status = 'trash';
    product.modifiedAt = store.now();
    store.announce('product.deleted', id);
  }
  store.touch('products', 'variations');
}

export function findVariation(store: Store, productId: number, id: number): Variation {
  const variation = store.shop.variations.get(id);
  if (variation?.parentId !== productId) throw invalidId('product_variation');
  return variation;
}

export function createVariation(store: Store, productId: number, input: VariationInput): Variation {
  const { products, variations, ids } = store.shop;
  const parent = products.get(productId);
  if (!parent) throw invalidId('product');
  checkSku(store, input.sku, 0);
  const variation: Variation = {
    id: ids.post++,
    parentId: productId,
    status: 'publish',
    sku: '',
    regularPrice: '',
    salePrice: '',
    taxClass: parent.taxClass,
    virtual: false,
    manageStock: false,
    stockQuantity: null,
    description: '',
    attributes: (input.attributes ?? []).map(({ id = 0, name = '', option = '' }) => {
      const known = parent.attributes.find((attribute) => (id > 0 ? attribute.id === id : attribute.name === name));
      return { id: known?.id ?? 0, name: known?.name ?? name, slug: known?.slug ?? name.toLowerCase(), option };
    }),
    meta: [],
    createdAt: store.now(),
    modifiedAt: store.now(),
  };
  patchShared(store, variation, input);
  variations.set(variation.id, variation);
  parent.variationIds = [...parent.variationIds, variation.id];
  touchParent(store, productId);
  store.announce('product.created', variation.id);
  return variation;
}

/** Changing a variation bumps its parent too; the reverse is not so. */
export function updateVariation(store: Store, productId: number, id: number, input: ProductInput): Variation {
  const variation = findVariation(store, productId, id);
  checkSku(store, input.sku, id);
  patchShared(store, variation, input);
  touchParent(store, productId);
  store.announce('product.updated', id);
  return variation;
}

export function removeVariation(store: Store, productId: number, id: number): void {
  findVariation(store, productId, id);
  store.shop.variations.delete(id);
  const parent = store.shop.products.get(productId);
  if (parent) parent.variationIds = parent.variationIds.filter((variationId) => variationId !== id);
  touchParent(store, productId);
}

function touchParent(store: Store, productId: number): void {
  const parent = store.shop.products.get(productId);
  if (parent) parent.modifiedAt = store.now();
  store.touch('products', 'variations');
}
