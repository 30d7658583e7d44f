import { type Address, type Customer, emptyAddress, type Shop } from '../woocommerce/model.ts';
import { firstNames, hostileNames, lastNames } from './names.ts';
import type { Profile, Town } from './profiles.ts';
import type { Random } from './random.ts';

export interface People {
  readonly registered: readonly Customer[];
  /** Bought as a customer, deleted later: their orders keep the address and lose the customer. */
  readonly doomed: Customer;
  readonly guests: readonly Address[];
}

/** Fills the customers and makes guests: many share an address, some have no e-mail or a differently written one. */
export function generatePeople(shop: Shop, profile: Profile, random: Random, count: number, openedAt: number): People {
  const towns = profile.towns.map((town) => ({ weight: town.weight, value: town }));
  const place = (): Town => random.weighted(towns);
  addCustomer(shop, { ...emptyAddress, email: 'admin@shop.example' }, openedAt, 'administrator');
  const registered = hostileNames.map((name, index) =>
    addCustomer(shop, addressOf(random, place(), name, `hostile${index}@customers.example`), openedAt),
  );
  for (let index = 0; index < count; index += 1) {
    const name = [random.pick(firstNames), random.pick(lastNames), random.chance(8) ? 'Acme & Co. KG' : ''] as const;
    registered.push(
      addCustomer(shop, addressOf(random, place(), name, `c${index}@customers.example`), openedAt + index * 1000),
    );
  }
  // Three different people who look alike.
  for (const index of [1, 2, 3]) {
    registered.push(
      addCustomer(shop, addressOf(random, place(), ['John', 'Smith', ''], `john${index}@customers.example`), openedAt),
    );
  }
  registered.push(
    addCustomer(shop, addressOf(random, place(), ['Caps', 'Mail', ''], 'Caps.MAIL@Customers.Example'), openedAt),
    addCustomer(shop, addressOf(random, place(), ['Plus', 'Address', ''], 'plus+tag@customers.example'), openedAt),
  );
  const doomed = addCustomer(
    shop,
    addressOf(random, place(), ['Gone', 'Customer', ''], 'gone@customers.example'),
    openedAt,
  );
  return { registered, doomed, guests: guestAddresses(random, place, count) };
}

function guestAddresses(random: Random, place: () => Town, count: number): Address[] {
  const guests = [
    addressOf(random, place(), ['No', 'Mail', ''], ''),
    addressOf(random, place(), ['Caps', 'Mail', ''], 'caps.mail@customers.example'),
    addressOf(random, place(), ['Guest', 'One', ''], 'same@guests.example'),
    addressOf(random, place(), ['Guest', 'Two', ''], 'same@guests.example'),
    addressOf(random, place(), ['Guest', 'Two', ''], 'SAME@guests.example'),
    ...hostileNames.map((name, index) =>
      addressOf(random, place(), name, index % 4 === 0 ? '' : `odd${index}@guests.example`),
    ),
  ];
  for (let index = 0; index < count; index += 1) {
    const name = [random.pick(firstNames), random.pick(lastNames), ''] as const;
    guests.push(addressOf(random, place(), name, random.chance(4) ? '' : `g${index}@guests.example`));
  }
  return guests;
}

function addressOf(
  random: Random,
  town: Town,
  [first, last, company]: readonly [string, string, string],
  email: string,
): Address {
  return {
    first_name: first,
    last_name: last,
    company,
    address_1: `${random.between(1, 240)} ${town.street}`,
    address_2: random.chance(10) ? 'Apt. 3' : '',
    city: town.city,
    state: town.state,
    postcode: town.postcode,
    country: town.country,
    email,
    phone: random.chance(70) ? '+1 212 555 0100' : '',
  };
}

/** A registered customer's own name is stored with `&` escaped; the billing name is not. */
function addCustomer(shop: Shop, billing: Address, at: number, role = 'customer'): Customer {
  const id = shop.ids.user++;
  const customer: Customer = {
    id,
    createdAt: at,
    modifiedAt: role === 'customer' ? at + id * 1000 : null,
    email: billing.email,
    firstName: escapeName(billing.first_name),
    lastName: escapeName(billing.last_name),
    role,
    username: `${billing.email.split('@')[0]?.toLowerCase() ?? ''}`,
    billing,
    shipping: { ...billing, email: '', phone: '' },
    isPayingCustomer: role === 'customer',
    meta: [],
  };
  shop.customers.set(id, customer);
  return customer;
}

function escapeName(name: string): string {
  return name.replaceAll('&', '&amp;');
}
