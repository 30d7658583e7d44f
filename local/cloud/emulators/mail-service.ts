import { randomUUID } from 'node:crypto';
import { type AwsCall, type AwsReply, jsonBody } from '#local/cloud/gateway/call.ts';
import { awsError, jsonReply } from '#local/cloud/gateway/errors.ts';
import { optionalText, type Props, record, records, strings } from '#local/cloud/template/types.ts';
import type { Clock } from '#shared/core/clock.ts';
import { jsonFile } from './json-file.ts';

/** A mail as it was taken on for sending. */
export interface SentMail {
  readonly id: string;
  readonly at: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export interface MailOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Addresses, or domains, that count as verified. */
  readonly verified: readonly string[];
  readonly dataDir?: string | undefined;
  /** Gets a line for each mail. */
  readonly report?: (line: string) => void;
}

const path = '/v2/email/outbound-emails';
/** Of one mail, to, cc and bcc together. */
const mostRecipients = 50;
/** Newest mails that are kept. */
const mostKept = 500;
const addressPattern = /^[^\s@<>,;]+@[^\s@<>,;.]+(?:\.[^\s@<>,;.]+)+$/;

class MailError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** SES v2 out of its sandbox, as far as SendEmail with simple content: what it takes on is kept, nothing leaves. */
export function createMailService({ clock, verified, dataDir, report }: MailOptions) {
  const file = jsonFile<SentMail[]>(dataDir, 'mails.json');
  let mails = file.load([]);

  const send = (body: Props): Props => {
    const mail = { id: randomUUID(), at: new Date(clock.now()).toISOString(), ...readMail(body) };
    const domain = mail.from.slice(mail.from.lastIndexOf('@') + 1);
    if (!verified.includes(mail.from) && !verified.includes(domain)) {
      throw new MailError(
        'MessageRejected',
        `Email address is not verified. The following identities failed the check: ${mail.from}`,
      );
    }
    mails = [...mails, mail].slice(-mostKept);
    file.save(mails);
    report?.(`mail to ${mail.to.join(', ')}: ${mail.subject}`);
    return { MessageId: mail.id };
  };

  return {
    /** Newest last. */
    mails: (): readonly SentMail[] => mails,
    handle(call: AwsCall): AwsReply {
      if (call.method !== 'POST' || call.path !== path) {
        return awsError('ses', 400, 'UnknownOperationException', `No ${call.method} ${call.path} here`);
      }
      try {
        return jsonReply(200, send(jsonBody(call)));
      } catch (error) {
        if (error instanceof MailError) return awsError('ses', 400, error.code, error.message);
        throw error;
      }
    },
  };
}
export type MailService = ReturnType<typeof createMailService>;

/** Sender of a SendEmail call, without a name around it. */
export function senderOf(body: Props): string {
  const from = optionalText(body, 'FromEmailAddress') ?? '';
  return /<([^<>]+)>$/.exec(from)?.[1] ?? from;
}

function readMail(body: Props): Omit<SentMail, 'id' | 'at'> {
  const bad = (message: string) => new MailError('BadRequestException', message);
  const from = senderOf(body);
  if (!addressPattern.test(from)) throw bad('Missing or illegal FromEmailAddress');
  const destination = record(body, 'Destination');
  const to = ['ToAddresses', 'CcAddresses', 'BccAddresses'].flatMap((name) => strings(destination[name]));
  if (to.length === 0) throw bad('Must have at least one recipient in Destination');
  if (to.length > mostRecipients) throw bad(`Recipient count exceeds ${mostRecipients}.`);
  const illegal = to.find((each) => !addressPattern.test(each));
  if (illegal !== undefined) throw bad(`Illegal address: ${illegal}`);
  const simple = record(record(body, 'Content'), 'Simple');
  const subject = optionalText(record(simple, 'Subject'), 'Data');
  if (subject === undefined) throw bad('Only simple content with a subject is taken here');
  if (/[\r\n]/.test(subject)) throw bad('Subject must not contain line breaks');
  const text = optionalText(record(record(simple, 'Body'), 'Text'), 'Data');
  const html = optionalText(record(record(simple, 'Body'), 'Html'), 'Data');
  if (text === undefined && html === undefined) throw bad('Body must have text or HTML');
  const headers = records(simple.Headers).map((each) => [String(each.Name), String(each.Value)] as const);
  return { from, to, subject, text, html, headers: Object.fromEntries(headers) };
}
