import type { Shop, ShopSettings } from './model.ts';
import { isAtLeast } from './render-catalog.ts';
import type { Rendered } from './render-common.ts';
import { links } from './render-common.ts';
import { zoneOf } from './zone.ts';

type Choice = readonly [value: string, label: string];

interface SettingRow {
  readonly id: string;
  readonly label: string;
  readonly type: string;
  readonly fallback: string;
  readonly value: (settings: ShopSettings) => string;
  readonly options?: readonly Choice[];
}

const yesNo = (on: boolean): string => (on ? 'yes' : 'no');
const taxDisplay: readonly Choice[] = [
  ['incl', 'Including tax'],
  ['excl', 'Excluding tax'],
];
const displayed = ({ pricesIncludeTax }: ShopSettings): string => (pricesIncludeTax ? 'incl' : 'excl');
const fixed = (value: string) => (): string => value;

const groups: Readonly<Record<string, readonly SettingRow[]>> = {
  tax: [
    {
      id: 'woocommerce_prices_include_tax',
      label: 'Prices entered with tax',
      type: 'radio',
      fallback: 'no',
      value: ({ pricesIncludeTax }) => yesNo(pricesIncludeTax),
      options: [
        ['yes', 'Yes, prices are entered with tax'],
        ['no', 'No, prices are entered without tax'],
      ],
    },
    {
      id: 'woocommerce_tax_based_on',
      label: 'Calculate tax based on',
      type: 'select',
      fallback: 'shipping',
      value: ({ taxBasedOn }) => taxBasedOn,
      options: [
        ['shipping', 'Customer shipping address'],
        ['billing', 'Customer billing address'],
        ['base', 'Shop base address'],
      ],
    },
    {
      id: 'woocommerce_shipping_tax_class',
      label: 'Shipping tax class',
      type: 'select',
      fallback: 'inherit',
      value: fixed('inherit'),
    },
    {
      id: 'woocommerce_tax_round_at_subtotal',
      label: 'Rounding',
      type: 'checkbox',
      fallback: 'no',
      value: ({ roundAtSubtotal }) => yesNo(roundAtSubtotal),
    },
    {
      id: 'woocommerce_tax_classes',
      label: 'Additional tax classes',
      type: 'textarea',
      fallback: '',
      value: fixed(''),
    },
    {
      id: 'woocommerce_tax_display_shop',
      label: 'Display prices in the shop',
      type: 'select',
      fallback: 'excl',
      value: displayed,
      options: taxDisplay,
    },
    {
      id: 'woocommerce_tax_display_cart',
      label: 'Display prices in the cart',
      type: 'select',
      fallback: 'excl',
      value: displayed,
      options: taxDisplay,
    },
    {
      id: 'woocommerce_price_display_suffix',
      label: 'Price display suffix',
      type: 'text',
      fallback: '',
      value: fixed(''),
    },
    {
      id: 'woocommerce_tax_total_display',
      label: 'Display tax totals',
      type: 'select',
      fallback: 'itemized',
      value: fixed('itemized'),
    },
  ],
  general: [
    { id: 'woocommerce_store_city', label: 'City', type: 'text', fallback: '', value: ({ baseCity }) => baseCity },
    {
      id: 'woocommerce_default_country',
      label: 'Country / State',
      type: 'select',
      fallback: 'US:CA',
      value: ({ baseCountry }) => baseCountry,
    },
    {
      id: 'woocommerce_store_postcode',
      label: 'Postcode / ZIP',
      type: 'text',
      fallback: '',
      value: ({ basePostcode }) => basePostcode,
    },
    { id: 'woocommerce_calc_taxes', label: 'Enable taxes', type: 'checkbox', fallback: 'no', value: fixed('yes') },
    {
      id: 'woocommerce_enable_coupons',
      label: 'Enable coupons',
      type: 'checkbox',
      fallback: 'yes',
      value: fixed('yes'),
    },
    { id: 'woocommerce_calc_discounts_sequentially', label: '', type: 'checkbox', fallback: 'no', value: fixed('no') },
    {
      id: 'woocommerce_currency',
      label: 'Currency',
      type: 'select',
      fallback: 'USD',
      value: ({ currency }) => currency,
      options: [
        ['USD', 'United States (US) dollar (&#36;) — USD'],
        ['EUR', 'Euro (&euro;) — EUR'],
      ],
    },
    {
      id: 'woocommerce_currency_pos',
      label: 'Currency position',
      type: 'select',
      fallback: 'left',
      value: fixed('left'),
    },
    {
      id: 'woocommerce_price_thousand_sep',
      label: 'Thousand separator',
      type: 'text',
      fallback: ',',
      value: fixed(','),
    },
    { id: 'woocommerce_price_decimal_sep', label: 'Decimal separator', type: 'text', fallback: '.', value: fixed('.') },
    {
      id: 'woocommerce_price_num_decimals',
      label: 'Number of decimals',
      type: 'number',
      fallback: '2',
      value: ({ decimals }) => String(decimals),
    },
  ],
};

/** The settings of a group; undefined for a group the store does not have. */
export function renderSettings(shop: Shop, group: string): Rendered[] | undefined {
  return groups[group]?.map(({ id, label, type, fallback, value, options }) => ({
    id,
    label,
    description: '',
    type,
    default: fallback,
    ...(options ? { options: Object.fromEntries(options) } : {}),
    value: value(shop.settings),
    _links: links(shop, `settings/${group}/${id}`, `settings/${group}`, {}, ['GET', 'POST', 'PUT', 'PATCH']),
  }));
}

/** `/wp-json/`: open to everybody; the only place that tells the store's zone. */
export function renderRoot({ settings }: Shop, now: number): Rendered {
  return {
    name: settings.name,
    description: '',
    url: settings.url,
    home: settings.url,
    gmt_offset: zoneOf(settings.timeZone).offset(now) / 3_600_000,
    timezone_string: settings.timeZone,
    page_for_posts: 0,
    page_on_front: 0,
    show_on_front: 'posts',
    namespaces: ['oembed/1.0', 'wc/v3', 'wc/v2', 'wc/v1', 'wc-analytics', 'wc/store', 'wc/store/v1', 'wp/v2'],
    authentication: {},
    site_logo: 0,
    site_icon: 0,
    site_icon_url: '',
    routes: {},
    _links: { help: [{ href: 'https://developer.wordpress.org/rest-api/' }] },
  };
}

/** The parts of `/system_status` that tell how a store keeps its books. */
export function renderSystemStatus({ settings }: Shop): Rendered {
  const hpos = settings.storage === 'hpos';
  const plugin = {
    plugin: 'woocommerce/woocommerce.php',
    name: 'WooCommerce',
    version: settings.version,
    version_latest: settings.version,
    url: 'https://woocommerce.com/',
    author_name: 'Automattic',
    author_url: 'https://woocommerce.com',
    network_activated: false,
  };
  return {
    environment: {
      home_url: settings.url,
      site_url: settings.url,
      version: settings.version,
      wp_version: '6.9',
      wp_multisite: false,
      wp_environment_type: 'local',
      language: 'en_US',
      php_version: '8.2.36',
      default_timezone: 'UTC',
    },
    database: { wc_database_version: settings.version },
    active_plugins: [plugin],
    settings: {
      api_enabled: false,
      force_ssl: false,
      currency: settings.currency,
      currency_symbol: settings.currencySymbol,
      currency_position: 'left',
      thousand_separator: ',',
      decimal_separator: '.',
      number_of_decimals: settings.decimals,
      order_datastore: hpos
        ? 'Automattic\\WooCommerce\\Internal\\DataStores\\Orders\\OrdersTableDataStore'
        : 'WC_Order_Data_Store_CPT',
      HPOS_enabled: hpos,
      HPOS_sync_enabled: false,
      enabled_features: isAtLeast(10, settings) ? ['analytics', 'point_of_sale'] : ['analytics'],
    },
  };
}
