import type { Coupon, Meta, Product, Shop, Variation } from '../woocommerce/model.ts';
import { productWords } from './names.ts';
import type { Random } from './random.ts';

type ProductSeed = Partial<
  Pick<
    Product,
    | 'sku'
    | 'salePrice'
    | 'taxStatus'
    | 'taxClass'
    | 'virtual'
    | 'downloadable'
    | 'type'
    | 'status'
    | 'manageStock'
    | 'stockQuantity'
    | 'meta'
  >
> & { readonly name: string; readonly price: string };

/** Every awkward product at least once. */
const specials: readonly ProductSeed[] = [
  { name: 'Rounding Mug', sku: 'MUG-1999', price: '19.99', manageStock: true, stockQuantity: 5000 },
  { name: 'Third of a dollar', sku: 'THIRD-0333', price: '0.333' },
  { name: 'One cent screw', sku: 'SCREW-1C', price: '0.01' },
  { name: 'No SKU product', price: '7.77' },
  { name: 'No SKU product', price: '8.88' },
  { name: 'Consulting hour (virtual)', sku: 'SRV-HOUR', price: '125.00', virtual: true, taxStatus: 'none' },
  { name: 'E-Book', sku: 'EBOOK-1', price: '9.95', virtual: true, downloadable: true },
  { name: 'On sale lamp', sku: 'LAMP-SALE', price: '49.50', salePrice: '37.13' },
  { name: 'Bread (reduced rate)', sku: 'BREAD-1', price: '3.49', taxClass: 'reduced-rate' },
  { name: 'Newspaper (zero rate)', sku: 'NEWS-0', price: '2.35', taxClass: 'zero-rate' },
  { name: 'Free sample', sku: 'FREE-0', price: '0' },
  { name: 'No price yet', sku: 'NOPRICE', price: '' },
  { name: 'Müller &amp; Söhne “Spezial” <b>Tee</b> ☕ 日本', sku: 'TEE-ÄÖÜ-日本', price: '12.30' },
  { name: `L${'o'.repeat(220)}ng product name`, sku: `LONG-${'X'.repeat(90)}`, price: '1.00' },
  { name: '5" pipe: O\'NeilCo\ttab', sku: '00123', price: '15.15' },
  { name: 'Ten for three', sku: 'TEN-3', price: '3.3333' },
  { name: 'Draft product', sku: 'DRAFT-1', price: '5.00', status: 'draft' },
  { name: 'Private product', sku: 'PRIV-1', price: '5.00', status: 'private' },
  { name: 'Trashed product', sku: 'TRASH-1', price: '6.66', status: 'trash' },
  { name: 'External thing', price: '30.00', type: 'external' },
  { name: 'Mug set (grouped)', price: '', type: 'grouped' },
  { name: 'كوب شاي', sku: 'RTL-1', price: '4.20' },
];

const colours = [
  ['Rot', 'rot'],
  ['Blau', 'blau'],
  ['Grün', 'grün'],
] as const;
const sizes = ['S', 'M', 'L'] as const;

/** What the order generator sells. `doomed` products and variations are deleted once orders have been placed. */
export interface Catalog {
  readonly simple: readonly Product[];
  readonly variations: readonly (readonly [Product, Variation])[];
  readonly doomedProduct: Product;
  readonly doomedVariation: readonly [Product, Variation];
  readonly coupons: {
    readonly ordinary: readonly Coupon[];
    readonly free: Coupon;
  };
}

/** Fills products, variations and coupons. `count` is how many products beyond the awkward ones. */
export function generateCatalog(shop: Shop, random: Random, count: number, openedAt: number): Catalog {
  const add = (seed: ProductSeed): Product => addProduct(shop, seed, openedAt);
  const listed = specials.map(add);
  for (let index = 0; index < count; index += 1) listed.push(add(ordinaryProduct(random, index)));
  const doomedProduct = add({ name: 'Soon deleted', sku: 'GONE-1', price: '22.22' });
  const shirts = [
    addVariable(shop, 'Shirt (variable)', 'SHIRT', '24.95', openedAt),
    addVariable(shop, 'Hoodie: unisex', '', '44.00', openedAt),
  ].flat();
  const doomedVariation = addVariable(shop, 'Cap', 'CAP', '20.00', openedAt).at(-1);
  if (!doomedVariation) throw new RangeError('a variable product has variations');
  return {
    simple: listed.filter(
      ({ type, status, regularPrice }) => type === 'simple' && status !== 'trash' && regularPrice !== '',
    ),
    variations: shirts,
    doomedProduct,
    doomedVariation,
    coupons: addCoupons(shop, openedAt),
  };
}

function ordinaryProduct(random: Random, index: number): ProductSeed {
  const name = productWords.map((words) => random.pick(words)).join(' ');
  const price = `${random.between(1, 199)}.${random.pick(['00', '50', '95', '99', '49'])}`;
  const taxClass = random.weighted([
    { weight: 88, value: '' },
    { weight: 9, value: 'reduced-rate' },
    { weight: 3, value: 'zero-rate' },
  ]);
  return { name, sku: `P-${String(index + 1).padStart(5, '0')}`, price, taxClass, virtual: random.chance(4) };
}

const noMeta: readonly Meta[] = [];

function addProduct(shop: Shop, seed: ProductSeed, at: number): Product {
  const { price, name, ...given } = seed;
  const id = shop.ids.post++;
  const product: Product = {
    id,
    type: 'simple',
    status: 'publish',
    name,
    slug: `${name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 60)}-${id}`,
    sku: '',
    regularPrice: price,
    salePrice: '',
    taxStatus: 'taxable',
    taxClass: '',
    virtual: false,
    downloadable: false,
    manageStock: false,
    stockQuantity: null,
    description: '<p>Mug &amp; saucer</p>\n',
    shortDescription: '',
    weight: '',
    attributes: [],
    variationIds: [],
    totalSales: 0,
    meta: noMeta,
    createdAt: at,
    modifiedAt: at + (id % 97) * 1000,
    ...given,
  };
  shop.products.set(id, product);
  return product;
}

/** A variable product with three colours and sizes; the last variation has no SKU of its own. */
function addVariable(
  shop: Shop,
  name: string,
  sku: string,
  price: string,
  at: number,
): (readonly [Product, Variation])[] {
  const options = colours.map(([label]) => label);
  const seed = addProduct(shop, { name, sku, price: '', type: 'variable' }, at);
  const parent: Product = {
    ...seed,
    attributes: [
      { id: 1, name: 'Farbe', slug: 'pa_farbe', options },
      { id: 0, name: 'Size', slug: 'size', options: sizes },
    ],
  };
  shop.products.set(parent.id, parent);
  const made = colours.map(([label, slug], index): readonly [Product, Variation] => {
    const own = index < colours.length - 1;
    const size = sizes[index] ?? 'S';
    const variation: Variation = {
      id: shop.ids.post++,
      parentId: parent.id,
      status: 'publish',
      sku: own ? `${sku || 'VAR'}-${slug.toUpperCase()}-${size}` : '',
      regularPrice: price,
      salePrice: index === 1 ? `${price.slice(0, -1)}3` : '',
      taxClass: '',
      virtual: false,
      manageStock: false,
      stockQuantity: null,
      description: '',
      attributes: [
        { id: 1, name: 'Farbe', slug: 'pa_farbe', option: label },
        ...(own ? [{ id: 0, name: 'Size', slug: 'size', option: size }] : []),
      ],
      meta: noMeta,
      createdAt: at,
      modifiedAt: at + index * 1000,
    };
    shop.variations.set(variation.id, variation);
    return [parent, variation];
  });
  parent.variationIds = made.map(([, { id }]) => id);
  return made;
}

function addCoupons(shop: Shop, at: number): Catalog['coupons'] {
  const add = (
    code: string,
    discountType: Coupon['discountType'],
    amount: string,
    extra: Partial<Coupon> = {},
  ): Coupon => {
    const id = shop.ids.post++;
    const coupon = {
      id,
      code,
      discountType,
      amount,
      freeShipping: false,
      expiresAt: null,
      createdAt: at,
      modifiedAt: at,
      ...extra,
    };
    shop.coupons.set(id, coupon);
    return coupon;
  };
  const ordinary = [
    add('pct15', 'percent', '15'),
    add('third', 'percent', '33.33'),
    add('fix5', 'fixed_cart', '5'),
    add('fixprod2', 'fixed_product', '2'),
  ];
  add('expired', 'percent', '10', { expiresAt: at - 86_400_000 });
  return { ordinary, free: add('free100', 'percent', '100', { freeShipping: true }) };
}
