import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import type { Contract } from '#shared/api/contract.ts';
import { type FunctionId, functions as functionTable } from './functions.ts';
import { createAlarms } from './parts/alarms.ts';
import { createBuckets } from './parts/buckets.ts';
import type { Cloud } from './parts/cloud.ts';
import { createConsoleSite } from './parts/console.ts';
import { createDashboard } from './parts/dashboard.ts';
import { connectQueues } from './parts/event-sources.ts';
import { createHttpApi, createRoutes, createStage } from './parts/http-api.ts';
import { mailIdentity } from './parts/mail.ts';
import { createMetrics } from './parts/metrics.ts';
import { constructId, createNodeFunction, type Functions } from './parts/node-function.ts';
import { createQueues } from './parts/queues.ts';
import { createResumption } from './parts/resumption.ts';
import { createSchedules } from './parts/schedules.ts';
import { createSecrets } from './parts/secrets.ts';
import { createIdentity, givenIssuer, type TokenIssuer } from './parts/sign-in.ts';
import { createTable } from './parts/table.ts';
import { createTimers } from './parts/timers.ts';
import type { Settings } from './settings.ts';

export interface EasySaleSyncStackProps extends StackProps {
  readonly settings: Settings;
  readonly contracts: readonly Contract[];
  /** Folder with one sub-folder per function id, each with `index.mjs`. */
  readonly bundles: string;
  /** Folder with the built console; without it the stage has none. */
  readonly console: string | undefined;
}

/** The whole application of one stage. */
export class EasySaleSyncStack extends Stack {
  readonly functions: Functions;

  constructor(scope: Construct, id: string, props: EasySaleSyncStackProps) {
    super(scope, id, props);
    const { settings, contracts } = props;
    const queues = createQueues(this);
    const cloud: Cloud = {
      table: createTable(this, settings),
      queues,
      resumption: createResumption(this, queues, settings),
      timers: createTimers(this, queues, settings),
      buckets: createBuckets(this, settings),
      secrets: createSecrets(this, settings),
      mail: mailIdentity(this, settings),
    };
    const httpApi = createHttpApi(this, settings);
    const publicUrl = settings.publicUrl ?? httpApi.apiEndpoint;
    this.functions = createFunctions(this, { ...props, cloud, publicUrl });

    createStage(this, httpApi, settings);
    const issuer = this.createConsole(cloud, httpApi, props);
    createRoutes(this, { httpApi, contracts, functions: this.functions, issuer });
    connectQueues(this.functions, cloud.queues, settings);
    createSchedules(this, {
      keepConnections: this.functions['keep-connections'],
      notify: this.functions.notify,
      retryFailures: this.functions['retry-failures'],
      keepWebhooks: this.functions['keep-webhooks'],
      drainChanges: this.functions['drain-changes'],
      keepSchedules: this.functions['keep-schedules'],
      balanceStock: this.functions['balance-stock'],
      deadLetters: queues.scheduleDeadLetters,
      group: cloud.resumption.group,
    });
    this.watch(cloud, httpApi, settings);
    new CfnOutput(this, 'ApiUrl', { value: publicUrl, description: 'Base URL of the API' });
  }

  /** The console with its way of signing in; answers whose tokens the API takes. */
  private createConsole(
    cloud: Cloud,
    httpApi: HttpApi,
    { settings, console: folder }: EasySaleSyncStackProps,
  ): TokenIssuer {
    if (folder === undefined) return givenIssuer(settings);
    const identity = createIdentity(this, settings);
    const { url, publish } = createConsoleSite(new Construct(this, 'Console'), {
      cloud,
      httpApi,
      settings,
      connect: identity.origins,
    });
    const { issuer, signIn } = identity.introduce(url);
    publish({ folder, config: { apiUrl: '', auth: signIn } });
    new CfnOutput(this, 'ConsoleUrl', { value: url, description: 'The console' });
    return issuer;
  }

  private watch(cloud: Cloud, httpApi: HttpApi, settings: Settings): void {
    const metrics = createMetrics(cloud, this.functions, httpApi, settings);
    const alarms = createAlarms(this, metrics, settings);
    createDashboard(this, metrics, alarms, settings);
  }
}

interface FunctionsProps extends Pick<EasySaleSyncStackProps, 'settings' | 'bundles'> {
  readonly cloud: Cloud;
  readonly publicUrl: string;
}

function createFunctions(scope: Construct, props: FunctionsProps): Functions {
  const created = functionTable.map((spec) => {
    const part = new Construct(scope, constructId(spec.id));
    return [spec.id, createNodeFunction(part, { ...props, spec })] as const;
  });
  return Object.fromEntries(created) as Record<FunctionId, (typeof created)[number][1]>;
}
