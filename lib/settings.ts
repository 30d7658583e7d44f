import type { Node } from 'constructs';
import * as z from 'zod';

const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/$/, ''));
/** `-c key=a,b` on the command line gives a string, cdk.json may give a list. */
const list = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value),
  z.array(z.string().min(1)),
);

const context = z.object({
  /** Names of everything contain it; `prod` keeps data when the stack is deleted. */
  stage: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'lower case letters, digits and dashes, at most 20'),
  /** Issuer of the tokens people sign in with; without it the stack has a user pool of its own. */
  jwtIssuer: z.url().optional(),
  /** Public client of that issuer with which people sign in to the console; the first audience unless given. */
  consoleClientId: z.string().min(1).optional(),
  jwtAudience: list.default(['easysale-sync']),
  /** Origins of other front ends; the console shares the origin of the API. None in prod unless given. */
  corsOrigins: list.optional(),
  /** Base URL under a domain of one's own; without it, the address API Gateway gives. */
  publicUrl: url.optional(),
  quickbooksEnvironment: z.enum(['sandbox', 'production']).optional(),
  /** Address that mails to people come from; its domain must be a verified identity of SES in this region. */
  mailSender: z.email().optional(),
  /** Slices worked on at once, over all tenants; the service allows 2 to 1000. */
  workerConcurrency: z.coerce.number().int().min(2).max(1000).default(50),
  /** Where alarm descriptions point; each adds its own anchor. */
  runbookUrl: z.string().min(1).default('docs/runbook.md'),
  /** Gets a mail for each alarm, once its owner has confirmed the subscription. */
  alarmEmail: z.email().optional(),
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
});

/** What differs from stage to stage. */
export interface Settings {
  readonly stage: string;
  readonly isProduction: boolean;
  readonly jwtIssuer: string | undefined;
  readonly consoleClientId: string | undefined;
  readonly jwtAudience: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly publicUrl: string | undefined;
  readonly quickbooksEnvironment: 'sandbox' | 'production';
  readonly mailSender: string;
  readonly workerConcurrency: number;
  readonly runbookUrl: string;
  readonly alarmEmail: string | undefined;
  readonly logLevel: string;
}

const exampleSender = 'notifications@easysale.example';
const developmentOrigins = ['http://localhost:5173'];

/** Reads the CDK context (`-c stage=prod -c jwtIssuer=…`); throws with the names of wrong keys. */
export function readSettings(node: Node): Settings {
  const given = Object.fromEntries(Object.keys(context.shape).map((key) => [key, node.tryGetContext(key)]));
  const parsed = context.safeParse({ ...given, stage: given.stage ?? 'dev' });
  if (!parsed.success) throw new Error(`CDK context: ${z.prettifyError(parsed.error)}`);
  const settings = parsed.data;
  const isProduction = settings.stage === 'prod';
  return {
    stage: settings.stage,
    isProduction,
    jwtIssuer: settings.jwtIssuer,
    consoleClientId: settings.consoleClientId,
    jwtAudience: settings.jwtAudience,
    corsOrigins: settings.corsOrigins ?? (isProduction ? [] : developmentOrigins),
    publicUrl: settings.publicUrl,
    quickbooksEnvironment: settings.quickbooksEnvironment ?? (isProduction ? 'production' : 'sandbox'),
    mailSender: settings.mailSender ?? exampleSender,
    workerConcurrency: settings.workerConcurrency,
    runbookUrl: settings.runbookUrl,
    alarmEmail: settings.alarmEmail,
    logLevel: settings.logLevel,
  };
}
