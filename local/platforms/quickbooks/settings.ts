import type { DecimalText } from '#shared/core/money.ts';

/** How a company is set up. All of it may be changed at run time through `company(realmId).settings`. */
export interface CompanySettings {
  /** Last closed day `YYYY-MM-DD`: transactions on or before it are protected (6200, or 6210 with a password). */
  bookCloseDate: string | undefined;
  bookClosePassword: boolean;
  /** True: DocNumber is what the caller sends, absent otherwise. False: the company numbers by itself. Default true. */
  customTxnNumbers: boolean;
  /** Refuse a DocNumber used by another form of the same kind (6140). Default false, as in a new company. */
  warnDuplicateDocNumber: boolean;
  /** `global` for companies outside the US; the others are US only. */
  salesTax: 'ast' | 'manual' | 'off' | 'global';
  multicurrency: boolean;
  allowShipping: boolean;
  allowDiscount: boolean;
  allowDeposit: boolean;
  /** Apply open credits and invoices of a customer to each other as they are created. Default false. */
  autoApplyCredit: boolean;
  /** Names of the enabled sales custom fields, definitions 1 to 3. */
  customFields: readonly string[];
  /** An inactive name still blocks its name (6240). Unsettled by the documentation; default true. */
  inactiveNamesBlock: boolean;
  /** Text of 6240: the sentence of the documentation, or `null` as recorded in 2020. */
  duplicateNameText: 'full' | 'null';
  /**
   * Milliseconds of the clock that a customer, vendor, employee or item write takes. A second one that arrives
   * meanwhile is refused with 6000 ("one name at a time"). 0, the default, switches that off.
   */
  nameWriteMs: number;
  /** Who the fault 5010 says was faster. */
  otherUser: string;
  /** Tax code by two-letter state that automated sales tax recommends, and the one for all other addresses. */
  astCodes: Readonly<Record<string, string>>;
  defaultTaxCode: string;
  /** Ids of objects that change data capture calls deleted although they exist, as it is known to. Default none. */
  wronglyDeleted: readonly string[];
  /** Home units per one foreign unit, by currency. */
  exchangeRates: Readonly<Record<string, DecimalText>>;
  /** Subscription `Simple Start`, `Essentials`, `Plus` or `Advanced`: inventory needs the last two (5030). */
  plan: 'Simple Start' | 'Essentials' | 'Plus' | 'Advanced';
}

export interface CompanyOptions extends Partial<CompanySettings> {
  readonly realmId?: string;
  /** `us` (USD), `eur` (France, EUR), `gbp` (United Kingdom, GBP) or `cad` (Canada, CAD). Default `us`. */
  readonly template?: 'us' | 'eur' | 'gbp' | 'cad';
  readonly companyName?: string;
  /** ISO 3166 alpha-2. */
  readonly country?: string;
  /** IANA zone: every time is answered with its offset. */
  readonly timeZone?: string;
}

export const defaultSettings: CompanySettings = {
  bookCloseDate: undefined,
  bookClosePassword: false,
  customTxnNumbers: true,
  warnDuplicateDocNumber: false,
  salesTax: 'ast',
  multicurrency: false,
  allowShipping: true,
  allowDiscount: true,
  allowDeposit: false,
  autoApplyCredit: false,
  customFields: ['Order #'],
  inactiveNamesBlock: true,
  duplicateNameText: 'full',
  nameWriteMs: 0,
  otherUser: 'Ada Bookkeeper',
  astCodes: { CA: '2', AZ: '3', WA: '4' },
  defaultTaxCode: '2',
  wronglyDeleted: [],
  exchangeRates: { EUR: '1.1', GBP: '1.25', USD: '0.9', CAD: '0.7' },
  plan: 'Plus',
};
