import { DefaultStackSynthesizer, Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  type ICachePolicy,
  type IOrigin,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import { type ConsoleConfig, cacheOf, consoleFiles, consoleHeaders, hstsSeconds } from '#shared/api/console-config.ts';
import type { Settings } from '../settings.ts';
import { isPrivate } from './buckets.ts';
import type { Cloud } from './cloud.ts';
import { acknowledgeWildcard } from './wildcards.ts';

export interface ConsoleSiteProps {
  readonly cloud: Cloud;
  readonly httpApi: HttpApi;
  readonly settings: Settings;
  /** Origins beside its own that the console calls. */
  readonly connect: readonly string[];
}

export interface ConsoleSite {
  readonly distribution: Distribution;
  /** Without a slash at the end. */
  readonly url: string;
  /** Brings the files of a folder and the configuration to where they are served. */
  publish(content: { readonly folder: string; readonly config: ConsoleConfig }): void;
}

/**
 * The console: files in a private bucket, served by CloudFront, which passes `/api/` on to the HTTP API. So there is one
 * origin, and browsers need no leave of another.
 */
export function createConsoleSite(
  scope: Construct,
  { cloud, httpApi, settings, connect }: ConsoleSiteProps,
): ConsoleSite {
  const bucket = new Bucket(scope, 'Files', {
    ...isPrivate,
    removalPolicy: settings.isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    serverAccessLogsBucket: cloud.buckets.accessLogs as IBucket,
    serverAccessLogsPrefix: 'console/',
  });
  const files = S3BucketOrigin.withOriginAccessControl(bucket as IBucket);
  const distribution = new Distribution(scope, 'Distribution', {
    comment: `EasySale Sync console, stage ${settings.stage}`,
    defaultRootObject: 'index.html',
    httpVersion: HttpVersion.HTTP2_AND_3,
    priceClass: PriceClass.PRICE_CLASS_100,
    defaultBehavior: {
      // Small, and never stale: its parts are cached by their names.
      ...behavior(files, CachePolicy.CACHING_DISABLED),
      responseHeadersPolicy: headers(scope, 'PageHeaders', { connect, path: '/' }),
      functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: pageFunction(scope) }],
    },
    additionalBehaviors: {
      '/assets/*': {
        ...behavior(files, CachePolicy.CACHING_OPTIMIZED),
        responseHeadersPolicy: headers(scope, 'AssetHeaders', { connect, path: '/assets/' }),
      },
      '/api/*': apiBehavior(httpApi),
    },
  });
  acknowledge(distribution);
  return {
    distribution,
    url: `https://${distribution.distributionDomainName}`,
    publish: ({ folder, config }) => {
      new BucketDeployment(scope, 'Publish', {
        destinationBucket: bucket as IBucket,
        sources: [Source.asset(folder, { exclude: ['.vite', '.inputs'] }), Source.jsonData('config.json', config)],
        // A tab that is open still asks for the parts of its own version.
        prune: false,
        memoryLimit: 256,
      });
      acknowledgePublisher(scope, bucket);
    },
  };
}

const behavior = (origin: IOrigin, cachePolicy: ICachePolicy) => ({
  origin,
  cachePolicy,
  compress: true,
  viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
  allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
});

/** Everything is passed on but the host, by which API Gateway tells APIs apart; nothing is kept. */
function apiBehavior(httpApi: HttpApi): BehaviorOptions {
  const host = Fn.select(2, Fn.split('/', httpApi.apiEndpoint));
  return {
    ...behavior(new HttpOrigin(host, { readTimeout: Duration.seconds(30) }), CachePolicy.CACHING_DISABLED),
    allowedMethods: AllowedMethods.ALLOW_ALL,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  };
}

/** An address that names no file is a page of the console. A custom error page would hide the 404s of the API instead. */
function pageFunction(scope: Construct): EdgeFunction {
  const code = `function handler(event) {
  var request = event.request;
  if (!new RegExp(${JSON.stringify(consoleFiles)}).test(request.uri)) request.uri = '/index.html';
  return request;
}`;
  return new EdgeFunction(scope, 'Pages', { code: FunctionCode.fromInline(code), runtime: FunctionRuntime.JS_2_0 });
}

interface HeadersOf {
  readonly connect: readonly string[];
  /** Beginning of the paths: decides how long browsers keep what is there. */
  readonly path: string;
}

/** The headers that `npm start` sends too, and HSTS. */
function headers(scope: Construct, id: string, { connect, path }: HeadersOf): ResponseHeadersPolicy {
  const {
    'content-security-policy': contentSecurityPolicy = '',
    'x-content-type-options': _nosniff,
    'x-frame-options': _deny,
    'referrer-policy': _referrer,
    ...others
  } = consoleHeaders({ connect });
  const custom = { ...others, 'cache-control': cacheOf(path) };
  return new ResponseHeadersPolicy(scope, id, {
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy, override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.SAME_ORIGIN, override: true },
      strictTransportSecurity: {
        accessControlMaxAge: Duration.seconds(hstsSeconds),
        includeSubdomains: true,
        override: true,
      },
    },
    customHeadersBehavior: {
      customHeaders: Object.entries(custom).map(([header, value]) => ({ header, value, override: true })),
    },
  });
}

function acknowledge(distribution: Distribution): void {
  const reasons = {
    CFR1: 'Shops of every country may use it',
    CFR2: 'Static files and an API that takes tokens only: the API has its own throttle',
    CFR3: 'Files are the same for everybody; calls of the API are in the access log of the API, reads of the bucket in its own',
    CFR4: 'Without a domain of its own the distribution has the certificate of CloudFront, which decides the protocol',
  };
  for (const [rule, reason] of Object.entries(reasons)) {
    Validations.of(distribution).acknowledge({ id: `AwsSolutions-${rule}`, reason });
  }
}

/** CDK's own function copies the files when the stack is deployed; its runtime and its role are CDK's. */
function acknowledgePublisher(scope: Construct, bucket: Bucket): void {
  const publisher = Stack.of(scope).node.children.find(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment'));
  if (!publisher) throw new Error('CDK names the function that copies files otherwise than it did');
  const because = (id: string, reason: string) =>
    Validations.of(publisher).acknowledge({ id: `AwsSolutions-${id}`, reason });
  because('L1', 'CDK chooses the runtime');
  because(
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    'CDK gives it the right to write its log',
  );
  for (const action of ['GetBucket*', 'GetObject*', 'List*', 'Abort*', 'DeleteObject*']) {
    because(
      `IAM5[Action::s3:${action}]`,
      'CDK grants it reading of the assets and writing of this bucket, by groups of actions',
    );
  }
  const assets = `arn:<AWS::Partition>:s3:::cdk-${DefaultStackSynthesizer.DEFAULT_QUALIFIER}-assets-<AWS::AccountId>-<AWS::Region>`;
  because(`IAM5[Resource::${assets}/*]`, 'The files wait among the assets of the deployment');
  acknowledgeWildcard(
    publisher,
    bucket.arnForObjects('*'),
    'Built files have the hash of their content in their names',
  );
}
