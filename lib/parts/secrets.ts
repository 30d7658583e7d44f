import { ArnFormat, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

export interface Secrets {
  /**
   * JSON `{client_id, client_secret, webhook_verifier}` of the app registered with Intuit, and optionally its development keys
   * as `sandbox`; an operator replaces the placeholder.
   */
  readonly quickbooksApp: Secret;
  /** Known here without a token, so that a function's environment shows it in the template. */
  readonly quickbooksAppName: string;
  /** Names of the secrets that functions create for tenants start with this; it ends in a slash. */
  readonly tenantPrefix: string;
  /** ARN pattern of the tenants' secrets. */
  readonly tenantArn: string;
  /** ARN pattern of the tenants' secrets that notifications need. */
  readonly notificationsArn: string;
}

/** The app's own secret; those of tenants appear at run time under {@link Secrets.tenantPrefix}. */
export function createSecrets(scope: Construct, { stage, isProduction }: Settings): Secrets {
  const quickbooksAppName = `easysale-sync/${stage}/quickbooks-app`;
  const tenantPrefix = `easysale-sync/${stage}/tenants/`;
  const quickbooksApp = new Secret(scope, 'QuickbooksApp', {
    secretName: quickbooksAppName,
    description: 'Client id and client secret of the QuickBooks app',
    generateSecretString: {
      secretStringTemplate: JSON.stringify({ client_id: 'replace-me' }),
      generateStringKey: 'client_secret',
    },
    removalPolicy: isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  Validations.of(quickbooksApp).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'Intuit issues the client secret and offers no API to rotate it; docs/runbook.md tells how to do it by hand',
  });
  const secretArn = (resourceName: string) =>
    Stack.of(scope).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  return {
    quickbooksApp,
    quickbooksAppName,
    tenantPrefix,
    tenantArn: secretArn(`${tenantPrefix}*`),
    // A star at the end for the suffix that Secrets Manager adds; parts of names hold no slash.
    notificationsArn: secretArn(`${tenantPrefix}*/notifications*`),
  };
}
