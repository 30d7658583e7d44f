import * as z from 'zod';
import type { Failure } from '../../core/failure.ts';

/** A refused item of a batch; its status is of no more use than its code, and its message is translated. */
const errorSchema = z.object({
  error: z.object({
    code: z.union([z.string(), z.number()]).transform(String),
    data: z.object({ status: z.number() }).optional().catch(undefined),
  }),
});

type Known = Omit<Failure, 'platform_code'>;

const emailTaken: Known = {
  category: 'conflict',
  code: 'woocommerce.email_taken',
  field: 'email',
  reason: 'Another account of the shop has this e-mail address.',
  fix: 'Give one of the two another address, or merge them in the shop.',
  retryable: false,
};
const invalidEmail = (field: string): Known => ({
  category: 'validation',
  code: 'woocommerce.invalid_email',
  field,
  reason: 'The shop does not take this e-mail address.',
  fix: 'Correct the address where the customer was entered.',
  retryable: false,
});
/** Before WooCommerce 9.4 the settings for visitors also held for the API. */
const registration: Known = {
  category: 'validation',
  code: 'woocommerce.registration_settings',
  reason: 'The shop makes no user name or password of its own for new customers.',
  fix: 'In WooCommerce, Settings, Accounts & Privacy, let it send a link to set the password and make user names from addresses.',
  retryable: false,
};
const missing: Known = {
  category: 'not_found',
  code: 'woocommerce.not_found',
  reason: 'The shop does not have this customer any more.',
  fix: 'Nothing to do: at the next try it is looked up by its e-mail address, or made anew.',
  retryable: true,
};

/** Codes of class-wc-rest-customers-v1-controller.php and wc-user-functions.php. */
const byCode: Readonly<Record<string, Known>> = {
  // Whoever registered just now is found by the next look-up, and joined.
  'registration-error-email-exists': { ...emailTaken, fix: 'Nothing to do: it is looked up again.', retryable: true },
  woocommerce_rest_customer_invalid_email: emailTaken,
  'registration-error-invalid-email': invalidEmail('email'),
  customer_invalid_email: invalidEmail('email'),
  customer_invalid_billing_email: invalidEmail('billing.email'),
  'registration-error-missing-password': registration,
  'registration-error-invalid-username': registration,
  'registration-error-username-exists': registration,
  woocommerce_rest_invalid_id: missing,
  wc_user_invalid_id: missing,
};

/** What is wrong with one item of a batch; undefined where it was done. */
export function itemFailure(row: unknown, part: 'create' | 'update' | 'delete'): Failure | undefined {
  const parsed = errorSchema.safeParse(row);
  if (!parsed.success) return undefined;
  const { code, data } = parsed.data.error;
  const known = Object.hasOwn(byCode, code) ? byCode[code] : undefined;
  if (known) return { ...known, platform_code: code };
  if ((data?.status ?? 400) >= 500) {
    return {
      category: 'network',
      code: 'woocommerce.unavailable',
      platform_code: code,
      reason: `The shop could not ${part} this customer.`,
      fix: 'Nothing to do: it is tried again.',
      retryable: true,
    };
  }
  return {
    category: 'validation',
    code: 'woocommerce.refused',
    platform_code: code,
    reason: `The shop refused to ${part} this customer (${code}).`,
    fix: 'Look in the shop for a plug-in that checks new accounts; if there is none, report it with this code.',
    retryable: false,
  };
}

export const vanished: Failure = missing;

export const cannotArchive: Failure = {
  category: 'validation',
  code: 'woocommerce.cannot_archive',
  reason: 'A shop cannot put a customer aside: it has the account, or deletes it.',
  fix: 'Choose “Keep the document” or “Delete it” for deleted customers of this flow, in the settings.',
  retryable: false,
};

export const protectedAccount = (role: string): Failure => ({
  category: 'conflict',
  code: 'woocommerce.protected_account',
  field: 'email',
  reason: `In the shop this is the account of somebody who works there (role ${role}): its address stays, and so does it.`,
  fix: 'Change it in WordPress, Users; or use another address for the customer.',
  retryable: false,
});

export const unanswered: Failure = {
  category: 'network',
  code: 'woocommerce.unexpected_reply',
  reason: "The shop's answer does not say what became of each customer.",
  fix: 'Nothing to do: they are looked up and what is missing is sent again.',
  retryable: true,
};
