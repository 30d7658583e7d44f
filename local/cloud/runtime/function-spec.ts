import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { localSecretKey } from '#local/cloud/gateway/presigned.ts';
import { accessKeyId } from '#local/cloud/iam/access.ts';
import type { FunctionBlueprint } from '#local/cloud/template/blueprint.ts';
import type { Place } from '#local/cloud/template/place.ts';
import { optionalText, record, TemplateError } from '#local/cloud/template/types.ts';
import type { FunctionSpec } from './types.ts';

/** Where code of functions is: the folder of the synthesized assembly, or an answer for each function. */
export type Assets = string | ((fn: FunctionBlueprint) => string);

/** Extensions in the order Lambda tries them. */
const extensions = ['.mjs', '.js', '.cjs'];

/** @throws TemplateError when the bundle is not there. */
export function functionSpec(
  fn: FunctionBlueprint,
  options: {
    readonly place: Place;
    readonly assets: Assets;
    readonly overrides: Readonly<Record<string, string>>;
  },
): FunctionSpec {
  const folder = typeof options.assets === 'string' ? assetFolder(fn, options.assets) : options.assets(fn);
  const dot = fn.handler.lastIndexOf('.');
  const module = join(folder, fn.handler.slice(0, dot));
  const modulePath = extensions.map((extension) => `${module}${extension}`).find((path) => existsSync(path));
  if (!modulePath) throw new TemplateError(`The bundle of ${fn.logicalId} is not in ${folder}`);
  return {
    name: fn.name,
    arn: fn.arn,
    modulePath,
    exportName: fn.handler.slice(dot + 1),
    memoryMb: fn.memoryMb,
    timeoutMs: fn.timeoutSeconds * 1000,
    environment: { ...lambdaEnvironment(fn, options.place, folder), ...fn.environment, ...options.overrides },
  };
}

/** CDK notes the folder of an asset beside the function; the code's object key is the same hash. */
function assetFolder(fn: FunctionBlueprint, root: string): string {
  const noted = optionalText(fn.resource.metadata, 'aws:asset:path');
  if (noted !== undefined) return isAbsolute(noted) ? noted : join(root, noted);
  const key = optionalText(record(fn.resource.props, 'Code'), 'S3Key') ?? '';
  return join(root, `asset.${key.replace(/\.zip$/, '')}`);
}

/** What Lambda itself sets: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function lambdaEnvironment(fn: FunctionBlueprint, place: Place, folder: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: place.gatewayUrl,
    AWS_ACCESS_KEY_ID: accessKeyId(fn.name),
    AWS_SECRET_ACCESS_KEY: localSecretKey,
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: fn.handler,
    TZ: ':UTC',
  };
}
