import { type SESv2Client, SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2';

export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Goes along as a header, so that a repeat can be known. */
  readonly id: string;
}

/** What became of a mail at the service that sends it. */
export type MailOutcome =
  | { readonly kind: 'accepted'; readonly status: number; readonly reason: null }
  | { readonly kind: 'retry' | 'refused'; readonly status: number | null; readonly reason: string };

export interface Mailer {
  send(mail: Mail): Promise<MailOutcome>;
}

/** Errors of SES that the same mail meets again: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
const lasting = new Set([
  'BadRequestException',
  'MailFromDomainNotVerifiedException',
  'MessageRejected',
  'NotFoundException',
  'ValidationException',
]);

/** Mails by SES from one sender. */
export function createMailer(client: SESv2Client, sender: string): Mailer {
  const content = (Data: string) => ({ Data, Charset: 'UTF-8' });
  return {
    async send({ to, subject, text, html, id }) {
      try {
        const { $metadata } = await client.send(
          new SendEmailCommand({
            FromEmailAddress: sender,
            Destination: { ToAddresses: [...to] },
            Content: {
              Simple: {
                Subject: content(subject),
                Body: { Text: content(text), Html: content(html) },
                Headers: [{ Name: 'X-EasySale-Notification-Id', Value: id }],
              },
            },
          }),
        );
        return { kind: 'accepted', status: $metadata.httpStatusCode ?? 200, reason: null };
      } catch (error) {
        // No answer: it may have been sent, and is sent again with the same id.
        if (!(error instanceof SESv2ServiceException)) return { kind: 'retry', status: null, reason: nameOf(error) };
        const { name, message, $metadata } = error;
        const kind = lasting.has(name) ? 'refused' : 'retry';
        return { kind, status: $metadata.httpStatusCode ?? null, reason: `${name}: ${message}` };
      }
    },
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
