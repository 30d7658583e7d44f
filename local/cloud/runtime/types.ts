/** One line a function wrote, exactly as written. */
export interface LogLine {
  readonly functionName: string;
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}

export type LogSink = (line: LogLine) => void;

/** What an invocation came to. */
export type Outcome =
  /** `payload` is JSON; undefined when the handler returned nothing. */
  | { readonly ok: true; readonly payload: string | undefined }
  /** As Lambda reports it: `Runtime.ExitError`, `Sandbox.Timedout` or the error's own name. */
  | {
      readonly ok: false;
      readonly errorType: string;
      readonly errorMessage: string;
      readonly trace: readonly string[];
    };

/** Everything about a function that its execution environment needs. */
export interface FunctionSpec {
  readonly name: string;
  readonly arn: string;
  /** Absolute path of the bundle's module. */
  readonly modulePath: string;
  /** Export of the module that handles events. */
  readonly exportName: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** Data of the context object; the worker adds the methods. */
export interface ContextData {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/** Runs one event at a time, like one Lambda execution environment. */
export interface Sandbox {
  /** False once it has crashed or timed out: it must not be used again. */
  readonly alive: boolean;
  run(event: string, requestId: string): Promise<Outcome>;
  close(): Promise<void>;
}

export function contextData(spec: FunctionSpec, requestId: string): ContextData {
  return {
    functionName: spec.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: spec.arn,
    memoryLimitInMB: String(spec.memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${spec.name}`,
    logStreamName: 'local',
  };
}

export function failed(error: unknown): Outcome {
  const known = error instanceof Error ? error : new Error(String(error));
  const trace = (known.stack ?? '').split('\n');
  return { ok: false, errorType: known.name, errorMessage: known.message, trace };
}

export function timedOut(spec: FunctionSpec, requestId: string): Outcome {
  const seconds = (spec.timeoutMs / 1000).toFixed(2);
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
  return { ok: false, errorType: 'Sandbox.Timedout', errorMessage, trace: [] };
}

/** Lambda's limit: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const initLimitMs = 10_000;

/** Waits for the code of a function to be loaded, or to fail, within the limit: only then its timeout begins. */
export async function initialized(loading: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, initLimitMs);
  await Promise.race([loading.catch(() => undefined), late.promise]);
  clearTimeout(timer);
}
