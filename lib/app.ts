import { App, type AppProps, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { contracts } from '#shared/api/contracts.ts';
import { EasySaleSyncStack } from './easysale-sync-stack.ts';
import { readSettings } from './settings.ts';

export interface CreateAppOptions extends AppProps {
  /** Folder with the bundles; `dist`, relative to the working directory, unless given. */
  readonly bundles?: string;
  /** Folder with the built console. Without it the stage has none, and nobody signs in with it: the embedded cloud. */
  readonly console?: string | undefined;
}

/** The CDK app: one stack for the stage in the context, checked by cdk-nag when synthesized. */
export function createApp({ bundles = 'dist', console, ...props }: CreateAppOptions = {}): {
  readonly app: App;
  readonly stack: EasySaleSyncStack;
} {
  const app = new App(props);
  const settings = readSettings(app.node);
  const stack = new EasySaleSyncStack(app, `EasySaleSync-${settings.stage}`, {
    description: `EasySale Sync, stage ${settings.stage}`,
    terminationProtection: settings.isProduction,
    settings,
    contracts,
    bundles,
    console,
  });
  // CloudFormation takes tags on dashboards, but linters do not know them yet (cfn-lint E3002).
  const excludeResourceTypes = ['AWS::CloudWatch::Dashboard'];
  Tags.of(app).add('application', 'easysale-sync', { excludeResourceTypes });
  Tags.of(app).add('stage', settings.stage, { excludeResourceTypes });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, stack };
}
