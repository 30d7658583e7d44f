import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import * as z from 'zod';

const intrinsic = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => `<${Ref}>`),
  z.object({ 'Fn::GetAtt': z.array(z.string()) }).transform((value) => `<${value['Fn::GetAtt'].join('.')}>`),
]);
const joined = z
  .object({ 'Fn::Join': z.tuple([z.string(), z.array(z.union([z.string(), intrinsic]))]) })
  .transform(({ 'Fn::Join': [separator, parts] }) => parts.join(separator));
const written = z.union([z.string(), intrinsic, joined]);

/**
 * Says to cdk-nag why a policy below `scope` needs a resource with a wildcard. The finding is named exactly, as in
 * `AwsSolutions-IAM5[Resource::<Journal.Arn>/*]`, so that any further wildcard still fails the synthesis.
 */
export function acknowledgeWildcard(scope: Construct, resource: string, reason: string): void {
  const finding = written.parse(Stack.of(scope).resolve(resource));
  Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${finding}]`, reason });
}
