import * as z from 'zod';
import type { Failure, FailureCategory } from '../../core/failure.ts';
import type { HttpReply } from '../../platform/http-client.ts';

interface Meaning {
  readonly category: FailureCategory;
  readonly code: string;
  readonly fix: string;
  readonly retryable?: boolean;
  readonly ambiguous?: boolean;
  /** Member at fault where the fault does not say. */
  readonly field?: string;
}

const setting = 'Check this setting in QuickBooks or in the settings of the connection, then retry.';
const mapping = 'Correct the record in the shop, or the mapping, then retry.';
/** What closed books ask of their owner. */
export const reopen =
  'Move the closing date in QuickBooks (Account and settings, Advanced), test the connection and retry; or choose “Post on the next open day” for “When the day lies in closed books” in the settings of QuickBooks.';
const waits = 'Nothing to do: the sync resumes by itself.';

/** What QuickBooks' fault codes mean to a shopkeeper. Source: reference section 9. */
const meanings: Readonly<Record<string, Meaning>> = {
  '3200': { category: 'authentication', code: 'quickbooks.unauthorised', fix: 'Connect QuickBooks again.' },
  '100': { category: 'authentication', code: 'quickbooks.unauthorised', fix: 'Connect QuickBooks again.' },
  '110': { category: 'authentication', code: 'quickbooks.unauthorised', fix: 'Connect QuickBooks again.' },
  '120': {
    category: 'authentication',
    code: 'quickbooks.user_removed',
    fix: 'Connect QuickBooks again with a user of this company.',
  },
  '3100': {
    category: 'authentication',
    code: 'quickbooks.wrong_environment',
    fix: 'Sandbox companies need sandbox keys and live ones live keys: connect again with the right ones.',
  },
  '130': { category: 'network', code: 'quickbooks.company_moved', fix: waits, retryable: true },
  '140': { category: 'network', code: 'quickbooks.company_locked', fix: waits, retryable: true },
  '150': { category: 'network', code: 'quickbooks.maintenance', fix: waits, retryable: true },
  '3001': { category: 'rate_limit', code: 'quickbooks.throttled', fix: waits, retryable: true },
  '6190': { category: 'authentication', code: 'quickbooks.subscription', fix: 'Renew the QuickBooks subscription.' },
  '10200': {
    category: 'authentication',
    code: 'quickbooks.company_reset',
    fix: 'The company was reset: connect QuickBooks again.',
  },
  '610': {
    category: 'not_found',
    code: 'quickbooks.inactive_reference',
    fix: 'Reactivate the customer, item or account in QuickBooks, or choose another, then retry.',
  },
  '2500': {
    category: 'not_found',
    code: 'quickbooks.bad_reference',
    fix: 'The customer, item or account was deleted in QuickBooks: choose another, then retry.',
  },
  '620': {
    category: 'conflict',
    code: 'quickbooks.cannot_link',
    fix: 'Look at the invoice in QuickBooks: it may be paid or belong to another customer.',
    field: 'Line.LinkedTxn',
  },
  '5010': {
    category: 'conflict',
    code: 'quickbooks.stale',
    fix: 'Retry: somebody changed the document at the same time.',
    retryable: true,
    field: 'SyncToken',
  },
  '5020': {
    category: 'authentication',
    code: 'quickbooks.permission',
    fix: 'Connect QuickBooks with a user who may write sales.',
  },
  '5030': {
    category: 'validation',
    code: 'quickbooks.subscription_feature',
    fix: 'Upgrade the QuickBooks subscription (inventory needs Plus or Advanced), or choose “Without stock” or “Service” as “Type of new items” in the settings of QuickBooks.',
  },
  '6000': { category: 'validation', code: 'quickbooks.business_rule', fix: setting },
  '6070': {
    category: 'internal',
    code: 'quickbooks.amount_mismatch',
    fix: 'Report it: amount and quantity do not agree.',
    field: 'Line.Amount',
  },
  '6140': {
    category: 'conflict',
    code: 'quickbooks.duplicate_number',
    fix: 'Enter something for “Before the order number” in the settings of QuickBooks, or renumber the other document, then retry.',
    field: 'DocNumber',
  },
  '6200': {
    category: 'conflict',
    code: 'quickbooks.closed_period',
    fix: reopen,
    field: 'TxnDate',
  },
  '6210': {
    category: 'conflict',
    code: 'quickbooks.closed_period',
    fix: reopen,
    field: 'TxnDate',
  },
  '6240': {
    category: 'conflict',
    code: 'quickbooks.duplicate_name',
    fix: 'Rename one of the two in QuickBooks or in the shop, then retry.',
  },
  '6250': {
    category: 'not_found',
    code: 'quickbooks.inactive_reference',
    fix: 'Reactivate the customer in QuickBooks, then retry.',
    field: 'CustomerRef',
  },
  '6270': {
    category: 'conflict',
    code: 'quickbooks.before_inventory_start',
    fix: 'Set an earlier inventory start date for the item in QuickBooks, then retry.',
    field: 'TxnDate',
  },
  '6220': {
    category: 'conflict',
    code: 'quickbooks.open_balance',
    fix: 'Settle, void or delete its open documents in QuickBooks first, then try again.',
  },
  '6540': {
    category: 'conflict',
    code: 'quickbooks.deposited',
    fix: 'Remove the payment from its deposit in QuickBooks, then retry.',
  },
  '10000': { category: 'network', code: 'quickbooks.system_failure', fix: waits, retryable: true, ambiguous: true },
};

const validationCodes: Meaning = { category: 'validation', code: 'quickbooks.refused', fix: mapping };
/** Stands for the whole connection: no other request will fare better. */
const connectionCodes = new Set(['3200', '100', '110', '120', '3100', '130', '140', '150', '3001', '6190', '10200']);

const errorSchema = z.object({
  Message: z.string().nullish(),
  Detail: z.string().nullish(),
  code: z.union([z.string(), z.number()]).nullish(),
  element: z.string().nullish(),
});
export const faultSchema = z.object({ Error: z.array(errorSchema).default([]), type: z.string().nullish() });
type Fault = z.infer<typeof faultSchema>;

/** The failure a fault means. Several errors in one: the first decides. */
export function failureOf(fault: Fault, traceId: string | undefined): Failure {
  const error = fault.Error[0] ?? {};
  const code = String(error.code ?? '');
  const detail = clean(error.Detail || error.Message || 'no reason given');
  const known = meanings[code] ?? validationCodes;
  const passing = code === '6000' && /wait a few minutes|try again/i.test(detail);
  // Reference section 4: two name edits at once. Refused before anything was stored.
  const crowded = code === '6000' && /one name at a time/i.test(detail);
  const meaning: Meaning = passing
    ? { ...known, category: 'network', fix: waits, retryable: true, ambiguous: true }
    : crowded
      ? { ...known, category: 'network', fix: waits, retryable: true }
      : known;
  return {
    category: meaning.category,
    code: meaning.code,
    platform_code: code || undefined,
    trace_id: traceId,
    field: error.element || fieldIn(detail) || meaning.field,
    reason: `QuickBooks: ${detail}`,
    fix: meaning.fix,
    retryable: meaning.retryable ?? false,
    ambiguous: meaning.ambiguous,
  };
}

export function concernsConnection(failure: Failure): boolean {
  return failure.platform_code !== undefined && connectionCodes.has(failure.platform_code);
}

/** The failure of a reply that is not a success, in any of the shapes QuickBooks and its gateway use. */
export function replyFailure(reply: HttpReply): Failure {
  const traceId = reply.headers.get('intuit_tid') ?? undefined;
  const failure = failureOf(readFault(reply.text), traceId);
  if (reply.status === 429) return { ...failure, ...throttled };
  if (reply.status >= 500)
    return {
      ...failure,
      reason: failure.platform_code ? failure.reason : `QuickBooks answered ${reply.status}.`,
      category: 'network',
      code: 'quickbooks.system_failure',
      fix: waits,
      retryable: true,
      ambiguous: true,
    };
  if (reply.status === 401)
    return {
      ...failure,
      category: 'authentication',
      code: 'quickbooks.unauthorised',
      platform_code: failure.platform_code ?? '3200',
      fix: 'Connect QuickBooks again.',
    };
  if (reply.status === 403) return { ...failure, category: 'authentication' };
  return failure;
}

const throttled = {
  category: 'rate_limit',
  code: 'quickbooks.throttled',
  platform_code: '3001',
  reason: 'QuickBooks asked to slow down.',
  fix: waits,
  retryable: true,
} as const;

/** JSON `Fault`, the gateway's lower-case `fault`, or XML even where JSON was asked for. */
function readFault(text: string): Fault {
  try {
    const body = JSON.parse(text) as { Fault?: unknown; fault?: { error?: Record<string, unknown>[]; type?: string } };
    if (body.Fault) return faultSchema.parse(body.Fault);
    const errors = (body.fault?.error ?? []).map(({ message, detail, code, element }) => ({
      Message: message,
      Detail: detail,
      code,
      element,
    }));
    return faultSchema.parse({ Error: errors, type: body.fault?.type });
  } catch {
    const [, code] = /<Error[^>]*\bcode="(\d+)"/.exec(text) ?? [];
    const [, detail] = /<Detail>([\s\S]*?)<\/Detail>/.exec(text) ?? [];
    const [, message] = /<Message>([\s\S]*?)<\/Message>/.exec(text) ?? [];
    return { Error: [{ code, Detail: detail, Message: message }], type: null };
  }
}

/** `Invalid Reference Id : Line.SalesItemLineDetail.ItemRef` names the field in its text only. */
function fieldIn(detail: string): string | undefined {
  // An unknown member is named first, before all that would have been known.
  const [, unknown] = /^(?:Property Name:)?Unrecognized field "([^"]+)"/.exec(detail) ?? [];
  return unknown ?? /\b((?:Line|TxnTaxDetail|CustomerRef|[A-Z]\w+Ref)(?:\[\d+\])?(?:\.\w+)*)\b/.exec(detail)?.[1];
}

/** Details may echo tokens and stretch over pages. */
function clean(detail: string): string {
  return detail
    .replace(/Token (expired|revoked).*/i, 'Token $1')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 400);
}
