import { createHash } from 'node:crypto';
import { formatMicros, micros } from './micros.ts';
import type { Address, Coupon, Customer, Product, ShopSettings, TaxRate, Variation } from './model.ts';
import { catalogPrice } from './order-factory.ts';
import { datePair, href, links, type RenderContext, type Rendered, renderMeta } from './render-common.ts';

const noSale = {
  date_on_sale_from: null,
  date_on_sale_from_gmt: null,
  date_on_sale_to: null,
  date_on_sale_to_gmt: null,
};
const noDownloads = { downloads: [], download_limit: -1, download_expiry: -1 };
const noSize = { length: '', width: '', height: '' };

export function isAtLeast(major: number, { version }: ShopSettings): boolean {
  return Number.parseInt(version, 10) >= major;
}

/** `10`, `19.99`: what a product costs now; a variable product shows its cheapest variation. */
function currentPrice({ shop }: RenderContext, product: Product): string {
  if (product.type !== 'variable') return catalogPrice(product);
  const prices = product.variationIds
    .flatMap((id) => shop.variations.get(id) ?? [])
    .map(catalogPrice)
    .filter((price) => price !== '');
  return prices.reduce((low, price) => (low === '' || micros(price) < micros(low) ? price : low), '');
}

function stockStatus(item: { manageStock: boolean; stockQuantity: number | null }): string {
  return item.manageStock && (item.stockQuantity ?? 0) <= 0 ? 'outofstock' : 'instock';
}

export function renderProduct(context: RenderContext, product: Product): Rendered {
  const { shop, zone } = context;
  const price = currentPrice(context, product);
  return {
    id: product.id,
    name: product.name,
    slug: product.slug,
    permalink: `${shop.settings.url}/product/${product.slug}/`,
    ...datePair(zone, 'date_created', product.createdAt),
    ...datePair(zone, 'date_modified', product.modifiedAt),
    type: product.type,
    status: product.status,
    featured: false,
    catalog_visibility: 'visible',
    description: product.description,
    short_description: product.shortDescription,
    sku: product.sku,
    price,
    regular_price: product.regularPrice,
    sale_price: product.salePrice,
    ...noSale,
    on_sale: product.salePrice !== '',
    purchasable: product.status === 'publish' && price !== '',
    total_sales: product.totalSales,
    virtual: product.virtual,
    downloadable: product.downloadable,
    ...noDownloads,
    external_url: '',
    button_text: '',
    tax_status: product.taxStatus,
    tax_class: product.taxClass,
    manage_stock: product.manageStock,
    stock_quantity: product.stockQuantity,
    backorders: 'no',
    backorders_allowed: false,
    backordered: false,
    low_stock_amount: null,
    sold_individually: false,
    weight: product.weight,
    dimensions: noSize,
    shipping_required: !product.virtual,
    shipping_taxable: !product.virtual,
    shipping_class: '',
    shipping_class_id: 0,
    reviews_allowed: true,
    average_rating: '0.00',
    rating_count: 0,
    upsell_ids: [],
    cross_sell_ids: [],
    parent_id: 0,
    purchase_note: '',
    categories: [{ id: 15, name: 'Uncategorized', slug: 'uncategorized' }],
    brands: [],
    tags: [],
    images: [],
    attributes: product.attributes.map((attribute) => ({ ...attribute, position: 0, visible: true, variation: true })),
    default_attributes: [],
    variations: product.variationIds,
    grouped_products: [],
    menu_order: 0,
    price_html: price === '' ? '' : priceHtml(shop.settings, price),
    related_ids: [],
    meta_data: product.meta.map(renderMeta),
    stock_status: stockStatus(product),
    has_options: product.type === 'variable',
    post_password: '',
    global_unique_id: '',
    _links: links(shop, `products/${product.id}`, 'products'),
  };
}

function priceHtml({ currencySymbol }: ShopSettings, price: string): string {
  const text = formatMicros(micros(price), 2);
  return `<span class="woocommerce-Price-amount amount"><bdi><span class="woocommerce-Price-currencySymbol">${currencySymbol}</span>${text}</bdi></span>`;
}

/** A variation as its own product: how `/products?sku=` shows one. */
export function renderVariationAsProduct(context: RenderContext, parent: Product, variation: Variation): Rendered {
  const { shop } = context;
  const options = variation.attributes.map(({ option }) => option).join(', ');
  const shown: Product = {
    ...parent,
    ...variation,
    type: 'simple',
    name: `${parent.name} - ${options}`,
    sku: variation.sku || parent.sku,
    attributes: [],
    variationIds: [],
    totalSales: 0,
  };
  return {
    ...renderProduct(context, shown),
    type: 'variation',
    parent_id: parent.id,
    attributes: variation.attributes,
    _links: links(shop, `products/${variation.id}`, 'products', { up: href(shop, `products/${parent.id}`) }),
  };
}

/** @param global - as listed by `/variations`, whose links point elsewhere */
export function renderVariation(context: RenderContext, variation: Variation, global = false): Rendered {
  const { shop, zone } = context;
  const parent = shop.products.get(variation.parentId);
  const price = catalogPrice(variation);
  const collection = global ? 'variations' : `products/${variation.parentId}/variations`;
  const query = variation.attributes
    .map(({ slug, option }) => `attribute_${slug}=${encodeURIComponent(option.toLowerCase())}`)
    .join('&');
  return {
    id: variation.id,
    type: 'variation',
    ...datePair(zone, 'date_created', variation.createdAt),
    ...datePair(zone, 'date_modified', variation.modifiedAt),
    description: variation.description,
    permalink: `${shop.settings.url}/product/${parent?.slug ?? ''}/?${query}`,
    sku: variation.sku || (parent?.sku ?? ''),
    global_unique_id: '',
    price,
    regular_price: variation.regularPrice,
    sale_price: variation.salePrice,
    ...noSale,
    on_sale: variation.salePrice !== '',
    status: variation.status,
    purchasable: price !== '',
    virtual: variation.virtual,
    downloadable: false,
    ...noDownloads,
    tax_status: parent?.taxStatus ?? 'taxable',
    tax_class: variation.taxClass,
    manage_stock: variation.manageStock,
    stock_quantity: variation.stockQuantity,
    stock_status: stockStatus(variation),
    backorders: 'no',
    backorders_allowed: false,
    backordered: false,
    low_stock_amount: null,
    weight: '',
    dimensions: noSize,
    shipping_class: '',
    shipping_class_id: 0,
    image: null,
    attributes: variation.attributes,
    menu_order: 0,
    meta_data: variation.meta.map(renderMeta),
    name: variation.attributes.map(({ option }) => option).join(', '),
    parent_id: variation.parentId,
    _links: links(shop, `${collection}/${variation.id}`, collection, {
      up: href(shop, `products/${global ? 0 : variation.parentId}`),
    }),
  };
}

export function renderCustomer({ shop, zone }: RenderContext, customer: Customer): Rendered {
  const gravatar = createHash('sha256').update(customer.email.toLowerCase()).digest('hex');
  const { email: _, ...shipping } = customerAddress(customer.shipping);
  return {
    id: customer.id,
    ...datePair(zone, 'date_created', customer.createdAt),
    ...datePair(zone, 'date_modified', customer.modifiedAt),
    email: customer.email,
    first_name: customer.firstName,
    last_name: customer.lastName,
    role: customer.role,
    username: customer.username,
    billing: customerAddress(customer.billing),
    shipping,
    is_paying_customer: customer.isPayingCustomer,
    avatar_url: `https://secure.gravatar.com/avatar/${gravatar}?s=96&d=mm&r=g`,
    meta_data: customer.meta.map(renderMeta),
    _links: links(shop, `customers/${customer.id}`, 'customers'),
  };
}

/** Customers name the state last, orders do not. */
function customerAddress({ state, email, phone, ...rest }: Address) {
  return { ...rest, state, email, phone };
}

export function renderCoupon({ shop, zone }: RenderContext, coupon: Coupon): Rendered {
  return {
    id: coupon.id,
    code: coupon.code,
    amount: formatMicros(micros(coupon.amount), 2),
    status: 'publish',
    ...datePair(zone, 'date_created', coupon.createdAt),
    ...datePair(zone, 'date_modified', coupon.modifiedAt),
    discount_type: coupon.discountType,
    description: '',
    ...datePair(zone, 'date_expires', coupon.expiresAt),
    usage_count: 0,
    individual_use: false,
    product_ids: [],
    excluded_product_ids: [],
    usage_limit: null,
    usage_limit_per_user: null,
    limit_usage_to_x_items: null,
    free_shipping: coupon.freeShipping,
    product_categories: [],
    excluded_product_categories: [],
    exclude_sale_items: false,
    minimum_amount: '0.00',
    maximum_amount: '0.00',
    email_restrictions: [],
    used_by: [],
    meta_data: [],
    _links: links(shop, `coupons/${coupon.id}`, 'coupons'),
  };
}

export function renderTaxRate({ shop }: RenderContext, rate: TaxRate): Rendered {
  return {
    id: rate.id,
    country: rate.country,
    state: rate.state,
    postcode: rate.postcodes[0] ?? '',
    city: rate.cities[0] ?? '',
    rate: rate.rate,
    name: rate.name,
    priority: rate.priority,
    compound: rate.compound,
    shipping: rate.shipping,
    order: rate.order,
    class: rate.class,
    postcodes: rate.postcodes,
    cities: rate.cities,
    _links: links(shop, `taxes/${rate.id}`, 'taxes'),
  };
}
