import type { ShopSettings, TaxRate } from '../woocommerce/model.ts';

export type ShopStyle = 'tax_exclusive' | 'tax_inclusive';

/** Where buyers live. `weight` is their share. */
export interface Town {
  readonly weight: number;
  readonly street: string;
  readonly city: string;
  readonly state: string;
  readonly postcode: string;
  readonly country: string;
}

interface PaymentMethod {
  readonly id: string;
  readonly title: string;
}

/** What tells one kind of store from the other. */
export interface Profile {
  readonly settings: Omit<ShopSettings, 'roundAtSubtotal'>;
  readonly taxRates: readonly TaxRate[];
  readonly towns: readonly Town[];
  readonly payments: {
    readonly card: PaymentMethod;
    readonly transfer: PaymentMethod;
    readonly delivery: PaymentMethod;
  };
  readonly shipping: readonly { readonly title: string; readonly methodId: string; readonly total: string }[];
  /** Local hours in which the UTC day is another one. */
  readonly otherDayHours: readonly number[];
}

const everywhere = { postcodes: [], cities: [], order: 0, compound: false } as const;

const american: Profile = {
  settings: {
    name: 'Hudson Mug Company',
    url: 'https://hudson-mugs.example',
    timeZone: 'America/New_York',
    currency: 'USD',
    currencySymbol: '$',
    decimals: 2,
    pricesIncludeTax: false,
    taxBasedOn: 'shipping',
    baseCountry: 'US:NY',
    baseCity: 'New York',
    basePostcode: '10001',
    storage: 'hpos',
    version: '10.5.0',
  },
  taxRates: [
    {
      ...everywhere,
      id: 1,
      country: 'US',
      state: 'NY',
      rate: '8.8750',
      name: 'NY Sales Tax',
      priority: 1,
      shipping: true,
      class: 'standard',
    },
    {
      ...everywhere,
      id: 2,
      country: 'CA',
      state: 'QC',
      rate: '5.0000',
      name: 'GST',
      priority: 1,
      shipping: true,
      class: 'standard',
    },
    {
      ...everywhere,
      id: 3,
      country: 'CA',
      state: 'QC',
      rate: '9.9750',
      name: 'QST (compound)',
      priority: 2,
      compound: true,
      shipping: true,
      class: 'standard',
    },
    {
      ...everywhere,
      id: 4,
      country: 'US',
      state: 'CA',
      rate: '7.2500',
      name: 'CA State',
      priority: 1,
      shipping: false,
      class: 'standard',
    },
    {
      ...everywhere,
      id: 5,
      country: 'US',
      state: 'CA',
      postcodes: ['90001...90099'],
      cities: ['LOS ANGELES'],
      rate: '2.2500',
      name: 'LA County',
      priority: 2,
      shipping: false,
      class: 'standard',
    },
    {
      ...everywhere,
      id: 6,
      country: 'US',
      state: 'NY',
      rate: '4.0000',
      name: 'NY Reduced',
      priority: 1,
      shipping: false,
      class: 'reduced-rate',
    },
    {
      ...everywhere,
      id: 7,
      country: 'US',
      state: 'NY',
      rate: '0.0000',
      name: 'NY Zero',
      priority: 1,
      shipping: false,
      class: 'zero-rate',
    },
    {
      ...everywhere,
      id: 8,
      country: 'US',
      state: 'TX',
      rate: '8.2500',
      name: 'TX Sales Tax',
      priority: 1,
      shipping: true,
      class: 'standard',
    },
  ],
  towns: [
    { weight: 45, street: 'Main St', city: 'New York', state: 'NY', postcode: '10001', country: 'US' },
    { weight: 15, street: 'Sunset Blvd', city: 'Los Angeles', state: 'CA', postcode: '90001', country: 'US' },
    { weight: 8, street: 'Market St', city: 'San Diego', state: 'CA', postcode: '92101', country: 'US' },
    { weight: 10, street: 'Congress Ave', city: 'Austin', state: 'TX', postcode: '73301', country: 'US' },
    { weight: 8, street: 'Burnside', city: 'Portland', state: 'OR', postcode: '97201', country: 'US' },
    { weight: 8, street: 'Rue Sainte-Catherine', city: 'Montréal', state: 'QC', postcode: 'H2X 1K4', country: 'CA' },
    { weight: 3, street: 'Musterstraße', city: 'Köln', state: 'DE-NW', postcode: '50667', country: 'DE' },
    { weight: 3, street: '三条通', city: '札幌市', state: 'JP01', postcode: '060-0001', country: 'JP' },
  ],
  payments: {
    card: { id: 'stripe', title: 'Credit card' },
    transfer: { id: 'bacs', title: 'Direct bank transfer' },
    delivery: { id: 'cod', title: 'Cash on delivery' },
  },
  shipping: [
    { title: 'Flat rate', methodId: 'flat_rate', total: '6.95' },
    { title: 'Express', methodId: 'flat_rate', total: '14.50' },
    { title: 'Free shipping', methodId: 'free_shipping', total: '0' },
    { title: 'Local pickup', methodId: 'local_pickup', total: '0' },
  ],
  otherDayHours: [20, 21, 22, 23],
};

const german: Profile = {
  settings: {
    name: 'Kölner Becherladen',
    url: 'https://becherladen.example',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    currencySymbol: '€',
    decimals: 2,
    pricesIncludeTax: true,
    taxBasedOn: 'billing',
    baseCountry: 'DE',
    baseCity: 'Köln',
    basePostcode: '50667',
    storage: 'legacy',
    version: '9.9.5',
  },
  taxRates: [
    {
      ...everywhere,
      id: 1,
      country: 'DE',
      state: '',
      rate: '19.0000',
      name: 'MwSt. 19%',
      priority: 1,
      shipping: true,
      class: 'standard',
    },
    {
      ...everywhere,
      id: 2,
      country: 'DE',
      state: '',
      rate: '7.0000',
      name: 'MwSt. 7%',
      priority: 1,
      shipping: true,
      class: 'reduced-rate',
    },
    {
      ...everywhere,
      id: 3,
      country: 'FR',
      state: '',
      rate: '20.0000',
      name: 'TVA 20%',
      priority: 1,
      shipping: true,
      class: 'standard',
    },
    {
      ...everywhere,
      id: 4,
      country: 'DE',
      state: '',
      rate: '0.0000',
      name: 'MwSt. 0%',
      priority: 1,
      shipping: true,
      class: 'zero-rate',
    },
  ],
  towns: [
    { weight: 60, street: 'Musterstraße', city: 'Köln', state: 'DE-NW', postcode: '50667', country: 'DE' },
    { weight: 22, street: 'Hauptstraße', city: 'Berlin', state: 'DE-BE', postcode: '10115', country: 'DE' },
    { weight: 8, street: 'Rue de Rivoli', city: 'Paris', state: '', postcode: '75001', country: 'FR' },
    { weight: 6, street: 'Bahnhofstrasse', city: 'Zürich', state: 'ZH', postcode: '8001', country: 'CH' },
    { weight: 4, street: 'Ringstraße', city: 'Wien', state: '', postcode: '1010', country: 'AT' },
  ],
  payments: {
    card: { id: 'stripe', title: 'Kreditkarte' },
    transfer: { id: 'bacs', title: 'Überweisung' },
    delivery: { id: 'cod', title: 'Nachnahme' },
  },
  shipping: [
    { title: 'DHL', methodId: 'flat_rate', total: '4.1176' },
    { title: 'DHL Express', methodId: 'flat_rate', total: '9.90' },
    { title: 'Versandkostenfrei', methodId: 'free_shipping', total: '0' },
    { title: 'Abholung', methodId: 'local_pickup', total: '0' },
  ],
  otherDayHours: [0, 1],
};

export const profiles: Readonly<Record<ShopStyle, Profile>> = { tax_exclusive: american, tax_inclusive: german };
