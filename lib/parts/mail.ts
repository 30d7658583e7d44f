import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

export interface MailIdentity {
  readonly sender: string;
  /** ARN of the identity that an operator verified: the domain of the sender. */
  readonly identityArn: string;
}

/** Not created here: stages share it, and only an operator can prove that the domain is ours (docs/runbook.md). */
export function mailIdentity(scope: Construct, { mailSender }: Settings): MailIdentity {
  const resourceName = mailSender.slice(mailSender.lastIndexOf('@') + 1);
  const identityArn = Stack.of(scope).formatArn({ service: 'ses', resource: 'identity', resourceName });
  return { sender: mailSender, identityArn };
}
