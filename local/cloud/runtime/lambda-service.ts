import type { AwsCall, AwsReply } from '#local/cloud/gateway/call.ts';
import { awsError } from '#local/cloud/gateway/errors.ts';
import { functionName } from '#local/cloud/template/types.ts';
import type { LambdaRuntime } from './lambda.ts';
import type { Outcome } from './types.ts';

/** The Invoke API of Lambda, for functions that call functions. */
export function lambdaService(lambda: LambdaRuntime): (call: AwsCall) => Promise<AwsReply> {
  return async (call) => {
    const [, encoded] = /\/functions\/([^/]+)\/invocations$/.exec(call.path) ?? [];
    const name = functionName(decodeURIComponent(encoded ?? ''));
    if (!lambda.has(name)) {
      return awsError('lambda', 404, 'ResourceNotFoundException', `Function not found: ${name}`);
    }
    const event = call.body.length === 0 ? '{}' : call.body.toString('utf8');
    const type = call.headers['x-amz-invocation-type'];
    if (type === 'DryRun') return { status: 204, headers: {}, body: '' };
    if (type === 'Event') {
      lambda.invokeAsync(name, event);
      return { status: 202, headers: {}, body: '' };
    }
    return answer(await lambda.invoke(name, event));
  };
}

function answer(outcome: Outcome): AwsReply {
  const headers = { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' };
  if (outcome.ok) return { status: 200, headers, body: outcome.payload ?? 'null' };
  const { errorType, errorMessage, trace } = outcome;
  const body = JSON.stringify({ errorType, errorMessage, trace });
  return { status: 200, headers: { ...headers, 'x-amz-function-error': 'Unhandled' }, body };
}
