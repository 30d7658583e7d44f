import { ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ConnectionContext, SettingChoice, SettingFault } from '../connector.ts';
import type { QuickBooksClient } from './client.ts';
import { activeRows, isInactive, type ListName, listNouns, nameIn, rowsById } from './lists.ts';
import { percentOf, taxProfileSchema } from './money.ts';

/** A setting that names something of the company. */
export interface SettingReference {
  /** `tax_codes`: a table whose every entry is one. */
  readonly setting: string;
  readonly list: ListName;
  /** What it has to be beyond being there and active. */
  readonly kind?: Kind | undefined;
}

interface Kind {
  readonly wanted: string;
  readonly fits: (row: JsonObject) => boolean;
}

const accountOf = (wanted: string, types: readonly string[], subType?: string): Kind => ({
  wanted,
  fits: ({ AccountType, AccountSubType }) =>
    types.includes(String(AccountType)) && (subType === undefined || AccountSubType === subType),
});
const soldAlone: Kind = {
  wanted: 'an item of type Service or NonInventory',
  fits: ({ Type }) => Type === 'Service' || Type === 'NonInventory',
};

/** Which accounts an item takes depends on its type (reference section 3.1). */
function settingReferences(isInventory = false): readonly SettingReference[] {
  return [
    {
      setting: 'income_account',
      list: 'Account',
      kind: isInventory
        ? accountOf('an account of type Income, Sales of Product Income', ['Income'], 'SalesOfProductIncome')
        : accountOf('an income account', ['Income', 'Other Income']),
    },
    {
      setting: 'rounding_account',
      list: 'Account',
      kind: accountOf('an income account', ['Income', 'Other Income']),
    },
    {
      setting: 'expense_account',
      list: 'Account',
      kind: isInventory
        ? accountOf('an account of type Cost of Goods Sold', ['Cost of Goods Sold'])
        : accountOf('an account of type Expense, Other Expense or Cost of Goods Sold', [
            'Expense',
            'Other Expense',
            'Cost of Goods Sold',
          ]),
    },
    {
      setting: 'asset_account',
      list: 'Account',
      kind: accountOf('an account of type Other Current Asset, Inventory', ['Other Current Asset'], 'Inventory'),
    },
    ...['deposit_account', 'refund_account', 'deposit_accounts'].map((setting) => ({
      setting,
      list: 'Account' as const,
      kind: accountOf('an account of type Bank or Other Current Asset', ['Bank', 'Other Current Asset']),
    })),
    { setting: 'terms_id', list: 'Term' },
    { setting: 'shipping_item', list: 'Item', kind: soldAlone },
    { setting: 'fee_item', list: 'Item', kind: soldAlone },
    { setting: 'class_id', list: 'Class' },
    { setting: 'department_id', list: 'Department' },
    { setting: 'payment_methods', list: 'PaymentMethod' },
    {
      setting: 'tax_codes',
      list: 'TaxCode',
      kind: { wanted: 'a tax code for sales', fits: ({ SalesTaxRateList }) => SalesTaxRateList !== undefined },
    },
  ];
}

interface Chosen {
  readonly path: string;
  readonly id: string;
  readonly reference: SettingReference;
}

/** References the settings hold, tables entry by entry. */
export function chosenReferences(settings: JsonObject, isInventory = false): Chosen[] {
  return settingReferences(isInventory).flatMap((reference): Chosen[] => {
    const { setting } = reference;
    const value = settings[setting];
    if (typeof value === 'string') return [{ path: setting, id: value, reference }];
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
    return Object.entries(value).flatMap(([key, id]) =>
      typeof id === 'string' ? [{ path: `${setting}.${key}`, id, reference }] : [],
    );
  });
}

/**
 * What the company does not have, has made inactive, or has of another kind. Costs a query per list that is named, and
 * one more for the choices where something is wrong.
 *
 * @param chosen the settings to look at; what they do not name is not asked for.
 */
export async function verifySettings(
  client: QuickBooksClient,
  { profile, settings }: Pick<ConnectionContext, 'profile' | 'settings'>,
  chosen: JsonObject,
): Promise<Result<readonly SettingFault[]>> {
  // What inventory needs is looked at as a whole, whichever part of it is chosen now.
  const isInventory = settings.item_type === 'Inventory' && inventorySettings.some((name) => name in chosen);
  const looked = isInventory
    ? { ...Object.fromEntries(inventorySettings.map((name) => [name, settings[name] ?? null])), ...chosen }
    : chosen;
  const faults: SettingFault[] = isInventory ? inventoryFaults(profile, settings) : [];
  for (const [list, members] of Map.groupBy(chosenReferences(looked, isInventory), ({ reference }) => reference.list)) {
    const rows = await rowsById(
      client,
      list,
      members.map(({ id }) => id),
    );
    if (!rows.ok) return rows;
    const wrong = members.flatMap((member) => {
      const fault = faultIn(member, rows.value.get(member.id));
      return fault ? [{ member, fault }] : [];
    });
    if (wrong.length === 0) continue;
    const choices = await activeRows(client, list);
    if (!choices.ok) return choices;
    for (const { member, fault } of wrong) {
      faults.push({ path: member.path, ...fault, message: `${fault.message} ${inWords(member, choices.value)}` });
    }
  }
  return ok([...faults, ...taxFaults(profile, chosen, faults)]);
}

/** What each setting may name: active, and of the kind it needs. Costs a query per list. */
export async function settingChoices(
  client: QuickBooksClient,
  settings: JsonObject,
): Promise<Result<Readonly<Record<string, readonly SettingChoice[]>>>> {
  const references = settingReferences(settings.item_type === 'Inventory');
  const choices: Record<string, readonly SettingChoice[]> = {};
  for (const [list, members] of Map.groupBy(references, (reference) => reference.list)) {
    const rows = await activeRows(client, list);
    if (!rows.ok) return rows;
    for (const { setting, kind } of members) {
      choices[setting] = rows.value
        .filter((row) => !kind || kind.fits(row))
        .map((row) => ({ value: String(row.Id), label: nameIn(row) }));
    }
  }
  return ok(choices);
}

const inventoryAccounts = ['income_account', 'expense_account', 'asset_account'] as const;
const inventorySettings: readonly string[] = ['item_type', ...inventoryAccounts];

/** Inventory needs a subscription that has it, and three accounts (reference section 3.1). */
function inventoryFaults({ inventory }: JsonObject, settings: JsonObject): SettingFault[] {
  if (inventory === false) {
    const message =
      'The QuickBooks subscription keeps no inventory: choose NonInventory or Service, or upgrade to Plus or Advanced and test the connection.';
    return [{ path: 'item_type', code: 'unsupported', message }];
  }
  return inventoryAccounts
    .filter((name) => typeof settings[name] !== 'string')
    .map((path) => ({ path, code: 'missing_reference', message: 'Items of type Inventory need this account.' }));
}

function faultIn({ id, reference }: Chosen, row: JsonObject | undefined): Omit<SettingFault, 'path'> | undefined {
  const { list, kind } = reference;
  const noun = listNouns[list];
  const title = `${noun[0]?.toUpperCase()}${noun.slice(1)}`;
  if (!row) return { code: 'unknown_reference', message: `QuickBooks has no ${noun} ${id}.` };
  const named = `${title} ${id} “${nameIn(row)}”`;
  if (isInactive(row)) return { code: 'inactive_reference', message: `${named} is inactive in QuickBooks.` };
  if (kind && !kind.fits(row)) return { code: 'unfit_reference', message: `${named} is not ${kind.wanted}.` };
  return undefined;
}

/** Enough to choose from without filling a page. */
const mostChoices = 12;

function inWords({ reference: { kind } }: Chosen, rows: readonly JsonObject[]): string {
  const fitting = rows.filter((row) => !kind || kind.fits(row));
  if (fitting.length === 0) return `There is none to choose: make ${kind?.wanted ?? 'one'} in QuickBooks first.`;
  const shown = fitting.slice(0, mostChoices).map((row) => `${String(row.Id)} ${nameIn(row)}`);
  const more = fitting.length - shown.length;
  return `Valid are: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

/** A code that taxes at another percentage would make every total differ. */
function taxFaults(
  profile: JsonObject,
  { tax_codes }: JsonObject,
  known: readonly SettingFault[],
): readonly SettingFault[] {
  const tax = taxProfileSchema.safeParse(profile.tax);
  if (!tax.success || tax.data.style !== 'global' || tax_codes === null || typeof tax_codes !== 'object') return [];
  return Object.entries(tax_codes).flatMap(([percent, code]): SettingFault[] => {
    const path = `tax_codes.${percent}`;
    const rates = tax.data.codes[String(code)];
    if (!rates || known.some((fault) => fault.path === path)) return [];
    const actual = percentOf(rates);
    if (actual === percent) return [];
    const valid = Object.entries(tax.data.codes)
      .filter(([, others]) => percentOf(others) === percent)
      .map(([id]) => id);
    return [
      {
        path,
        code: 'unfit_reference',
        message: `Tax code ${String(code)} taxes at ${actual} %, not at ${percent} %. ${valid.length > 0 ? `Valid are: ${valid.join(', ')}.` : `There is none of ${percent} %: make one in QuickBooks first.`}`,
      },
    ];
  });
}
