import type { MailService } from './emulators/mail-service.ts';
import { schedulerService } from './emulators/scheduler-service.ts';
import type { SchedulerStore } from './emulators/scheduler-store.ts';
import { secretsService } from './emulators/secrets-service.ts';
import type { SecretsStore } from './emulators/secrets-store.ts';
import type { AwsCall, AwsReply } from './gateway/call.ts';
import { createForwarder } from './gateway/forward.ts';
import { createGateway, s3Service, sqsService } from './gateway/gateway.ts';
import { queueTraits, sqsAdapter } from './gateway/sqs-adapter.ts';
import type { Access } from './iam/access.ts';
import type { LambdaRuntime } from './runtime/lambda.ts';
import { lambdaService } from './runtime/lambda-service.ts';
import type { Named } from './template/blueprint.ts';
import type { Place } from './template/place.ts';

export interface ServicesOptions {
  readonly access: Access;
  readonly place: Place;
  readonly lambda: LambdaRuntime;
  readonly secrets: SecretsStore;
  readonly scheduler: SchedulerStore;
  readonly mail: MailService;
  readonly visibilityScale: number;
  readonly queues: readonly Named[];
  readonly dynamodbUrl: string;
  readonly fauxUrl: string;
}

/** Puts the gateway in front of all services. */
export function createServices(options: ServicesOptions): {
  handle(call: AwsCall): Promise<AwsReply>;
  close(): void;
} {
  const { access, place, visibilityScale } = options;
  const dynamodb = createForwarder(options.dynamodbUrl);
  const faux = createForwarder(options.fauxUrl);
  const traits = new Map(options.queues.map(({ name, props }) => [name, queueTraits(props)]));
  const handle = createGateway({
    access,
    place,
    services: {
      dynamodb,
      lambda: lambdaService(options.lambda),
      s3: s3Service(faux),
      scheduler: schedulerService(options.scheduler),
      secretsmanager: secretsService(options.secrets),
      ses: options.mail.handle,
      sns: faux,
      sqs: sqsService(faux, sqsAdapter({ traits, visibilityScale })),
    },
  });
  const close = (): void => {
    dynamodb.close();
    faux.close();
  };
  return { handle, close };
}
