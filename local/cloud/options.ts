import type { Clock } from '#shared/core/clock.ts';
import type { SentMail } from './emulators/mail-service.ts';
import type { HttpRequest } from './http-api/event.ts';
import type { HttpAnswer } from './http-api/response.ts';
import type { TokenRequest } from './issuer.ts';
import type { Assets } from './runtime/function-spec.ts';
import type { LogSink, Outcome } from './runtime/types.ts';
import type { Blueprint } from './template/blueprint.ts';
import type { Template } from './template/types.ts';

export interface CloudOptions {
  /** The synthesized template. */
  readonly template: Template;
  /** Folder of the synthesized assembly, or where each function's bundle is. */
  readonly assets: Assets;
  /** In worker threads as deployed, or in this thread. */
  readonly mode: 'workers' | 'in-process';
  /** Default `EasySaleSync-local`: generated names start with it. */
  readonly stackName?: string;
  /** Values for parameters of the template; defaults apply to the others. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Keeps everything there; in memory when absent. */
  readonly dataDir?: string;
  /** 0 or absent takes a free port. */
  readonly ports?: { readonly api?: number; readonly gateway?: number; readonly issuer?: number };
  /** For schedules, secrets and tokens. Queues, TTL and presigned URLs follow the system clock, as functions do. */
  readonly clock?: Clock;
  /** Added to the environment of every function; wins over the template. */
  readonly envOverrides?: Readonly<Record<string, string>>;
  /** Answers requests beside the API of the template, such as a token for local use; undefined leaves them to it. */
  readonly localRoutes?: (request: HttpRequest) => Promise<HttpAnswer | undefined>;
  /** Gets every line a function writes. */
  readonly log?: LogSink;
  /** Gets the cloud's own remarks: refused schedules, failing functions. Default: standard error. */
  readonly report?: (line: string) => void;
  /** Local seconds for a second of visibility timeout. @default 1/60 */
  readonly visibilityScale?: number;
  /** Execution environments per function. @default 2 */
  readonly workersPerFunction?: number;
  /** False: schedules fire only on `tick()`. @default true */
  readonly ticking?: boolean;
}

/** A running embedded cloud. */
export interface Cloud {
  readonly apiUrl: string;
  /** AWS endpoint of all services. */
  readonly gatewayUrl: string;
  readonly issuerUrl: string;
  readonly region: string;
  /** What was read from the template, with physical names. */
  readonly blueprint: Blueprint;
  /** Settings for an SDK client that may do everything. */
  readonly clientConfig: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** Physical name by logical id: of tables, queues, buckets, secrets, topics and functions. */
  readonly names: Readonly<Record<string, string>>;
  /** URL of a queue by its name. */
  queueUrl(name: string): string;
  issueToken(request: TokenRequest): Promise<string>;
  /** What functions sent by SES, newest last; nothing leaves the machine. */
  mails(): readonly SentMail[];
  /** Runs a function by name or logical id. */
  invoke(nameOrLogicalId: string, event: unknown): Promise<Outcome>;
  /** Fires the schedules that are due; answers how many fired. */
  tick(): number;
  /** Resolves when no function runs and no queue with a consumer holds a message. Rejects after `timeoutMs` (30,000). */
  idle(timeoutMs?: number): Promise<void>;
  /** Stops everything. Functions that run are cut off, as a crash would: their messages come back. */
  close(): Promise<void>;
}
