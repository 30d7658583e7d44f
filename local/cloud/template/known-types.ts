/** Resource types the embedded cloud reads; the reader of each is named in blueprint.ts. */
export const handledTypes: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::S3::Bucket',
  'AWS::Scheduler::Schedule',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::SecretsManager::Secret',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
]);

/**
 * Types that change nothing a function can notice locally: observability, names and certificates, delivery of the
 * console, resource policies (the roles' own policies are enforced), and CDK's helpers for deployment.
 */
const ignoredPatterns: readonly RegExp[] = [
  /^AWS::CDK::Metadata$/,
  /^AWS::CertificateManager::/,
  /^AWS::CloudFront::/,
  /^AWS::CloudWatch::/,
  /^AWS::Events::Rule$/,
  /^AWS::KMS::/,
  /^AWS::Lambda::(EventInvokeConfig|LayerVersion|Version|Alias)$/,
  /^AWS::Logs::/,
  /^AWS::ApiGatewayV2::(ApiMapping|DomainName|Deployment)$/,
  /^AWS::ResourceGroups::/,
  /^AWS::Route53::/,
  /^AWS::S3::BucketPolicy$/,
  /^AWS::SNS::(Subscription|TopicPolicy)$/,
  /^AWS::SQS::Queue(Inline)?Policy$/,
  /^AWS::SSM::Parameter$/,
  /^AWS::WAFv2::/,
  /^AWS::XRay::/,
  /^Custom::(CDKBucketDeployment|S3AutoDeleteObjects|LogRetention)$/,
];

export function isIgnored(type: string): boolean {
  return ignoredPatterns.some((pattern) => pattern.test(type));
}
