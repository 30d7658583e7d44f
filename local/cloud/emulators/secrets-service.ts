import { randomBytes } from 'node:crypto';
import { type AwsCall, type AwsReply, jsonBody } from '#local/cloud/gateway/call.ts';
import { awsError, jsonReply } from '#local/cloud/gateway/errors.ts';
import { flag, number, optionalText, type Props, records, strings } from '#local/cloud/template/types.ts';
import { type Secret, SecretsError, type SecretsStore, type SecretVersion } from './secrets-store.ts';

type Operation = (store: SecretsStore, body: Props) => unknown;

/** Operations of the AWS JSON 1.1 protocol by name. Instants in answers are epoch seconds. */
const operations: Readonly<Record<string, Operation>> = {
  CreateSecret: (store, body) => {
    const name = optionalText(body, 'Name') ?? '';
    if (!/^[\w/+=.@-]{1,512}$/.test(name)) {
      const what =
        'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!';
      throw new SecretsError('ValidationException', what);
    }
    const { secret, version } = store.create({
      ...content(body),
      ...token(body),
      ...description(body),
      name,
      tags: tags(body),
    });
    return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
  },
  PutSecretValue: (store, body) => {
    const secret = store.find(id(body));
    const stages = body.VersionStages === undefined ? {} : { stages: strings(body.VersionStages) };
    return written(secret, store.put(secret, { ...content(body), ...token(body), ...stages }));
  },
  UpdateSecret: (store, body) => {
    const secret = store.find(id(body));
    if (body.Description !== undefined) secret.description = optionalText(body, 'Description');
    const value = content(body);
    const empty = value.secretString === undefined && value.secretBinary === undefined;
    if (empty) store.touch(secret);
    const version = empty ? undefined : store.put(secret, { ...value, ...token(body) });
    return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
  },
  GetSecretValue: (store, body) => {
    const secret = store.find(id(body));
    return read(
      secret,
      store.version(secret, { id: optionalText(body, 'VersionId'), stage: optionalText(body, 'VersionStage') }),
    );
  },
  BatchGetSecretValue: (store, body) => {
    const values: unknown[] = [];
    const errors: unknown[] = [];
    for (const secretId of strings(body.SecretIdList)) {
      try {
        const secret = store.find(secretId);
        values.push(read(secret, store.version(secret, {})));
      } catch (error) {
        if (!(error instanceof SecretsError)) throw error;
        errors.push({ SecretId: secretId, ErrorCode: error.code, Message: error.message });
      }
    }
    return { SecretValues: values, Errors: errors };
  },
  DescribeSecret: (store, body) => {
    const secret = store.find(id(body), { deleted: true });
    const labelled = secret.versions.filter(({ stages }) => stages.length > 0);
    return {
      ...describe(secret),
      VersionIdsToStages: Object.fromEntries(labelled.map((each) => [each.id, each.stages])),
    };
  },
  ListSecretVersionIds: (store, body) => {
    const secret = store.find(id(body), { deleted: true });
    const all = flag(body, 'IncludeDeprecated');
    const versions = secret.versions.filter(({ stages }) => all || stages.length > 0);
    return {
      ARN: secret.arn,
      Name: secret.name,
      Versions: versions.map((each) => ({
        VersionId: each.id,
        VersionStages: each.stages,
        CreatedDate: each.createdAt / 1000,
      })),
    };
  },
  ListSecrets: (store, body) => {
    const shown = store.all().filter((secret) => filtered(secret, body));
    const from = Number(optionalText(body, 'NextToken') ?? 0);
    const to = from + number(body, 'MaxResults', 100);
    const page = shown
      .slice(from, to)
      .map((secret) => ({ ...describe(secret), SecretVersionsToStages: stagesOf(secret) }));
    return { SecretList: page, ...(to < shown.length ? { NextToken: String(to) } : {}) };
  },
  DeleteSecret: (store, body) => {
    const force = flag(body, 'ForceDeleteWithoutRecovery');
    const days = number(body, 'RecoveryWindowInDays', 30);
    if (force && body.RecoveryWindowInDays !== undefined) {
      const what = "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.";
      throw new SecretsError('InvalidParameterException', what);
    }
    if (!force && (days < 7 || days > 30)) {
      const what = 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).';
      throw new SecretsError('InvalidParameterException', what);
    }
    const secret = store.find(id(body), { deleted: force });
    const at = store.remove(secret, force ? 0 : days);
    return { ARN: secret.arn, Name: secret.name, DeletionDate: at / 1000 };
  },
  RestoreSecret: (store, body) => {
    const secret = store.find(id(body), { deleted: true });
    secret.deletedAt = undefined;
    store.touch(secret);
    return { ARN: secret.arn, Name: secret.name };
  },
  UpdateSecretVersionStage: (store, body) => {
    const secret = store.find(id(body));
    const moves = { to: optionalText(body, 'MoveToVersionId'), from: optionalText(body, 'RemoveFromVersionId') };
    store.updateStage(secret, optionalText(body, 'VersionStage') ?? '', moves);
    return { ARN: secret.arn, Name: secret.name };
  },
  TagResource: (store, body) => {
    const secret = store.find(id(body));
    const added = tags(body);
    const kept = secret.tags.filter(({ Key }) => !added.some((tag) => tag.Key === Key));
    secret.tags = [...kept, ...added];
    store.touch(secret);
    return {};
  },
  UntagResource: (store, body) => {
    const secret = store.find(id(body));
    const removed = strings(body.TagKeys);
    secret.tags = secret.tags.filter(({ Key }) => !removed.includes(Key));
    store.touch(secret);
    return {};
  },
  GetRandomPassword: (_store, body) => ({ RandomPassword: randomPassword(body) }),
};

/** Answers one Secrets Manager call. */
export function secretsService(store: SecretsStore): (call: AwsCall) => AwsReply {
  return (call) => {
    const operation = operations[call.operation];
    if (!operation) {
      return awsError('secretsmanager', 400, 'UnknownOperationException', `No operation ${call.operation} here`);
    }
    try {
      return jsonReply(200, operation(store, jsonBody(call)), 'application/x-amz-json-1.1');
    } catch (error) {
      if (error instanceof SecretsError) return awsError('secretsmanager', 400, error.code, error.message);
      throw error;
    }
  };
}

/** A password as GenerateSecretString and GetRandomPassword make them; length 32 unless told. */
export function randomPassword(options: Props): string {
  const length = number(options, 'PasswordLength', 32);
  const excluded = optionalText(options, 'ExcludeCharacters') ?? '';
  const classes = [
    flag(options, 'ExcludeLowercase') ? '' : 'abcdefghijklmnopqrstuvwxyz',
    flag(options, 'ExcludeUppercase') ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    flag(options, 'ExcludeNumbers') ? '' : '0123456789',
    flag(options, 'ExcludePunctuation') ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
  ];
  const alphabet = [...classes.join('')].filter((char) => !excluded.includes(char));
  const limit = 256 - (256 % alphabet.length);
  let password = '';
  while (password.length < length) {
    // Bytes past the last full round of the alphabet are dropped, or its first characters would be likelier.
    for (const byte of randomBytes(length)) {
      if (byte < limit && password.length < length) password += alphabet[byte % alphabet.length];
    }
  }
  return password;
}

function id(body: Props): string {
  return optionalText(body, 'SecretId') ?? '';
}

function token(body: Props): { token?: string } {
  const value = optionalText(body, 'ClientRequestToken');
  return value === undefined ? {} : { token: value };
}

function description(body: Props): { description?: string } {
  const value = optionalText(body, 'Description');
  return value === undefined ? {} : { description: value };
}

function content(body: Props): { secretString: string | undefined; secretBinary: string | undefined } {
  return { secretString: optionalText(body, 'SecretString'), secretBinary: optionalText(body, 'SecretBinary') };
}

function tags(body: Props): Secret['tags'] {
  return records(body.Tags).map((tag) => ({ Key: String(tag.Key), Value: String(tag.Value) }));
}

function written(secret: Secret, version: SecretVersion): unknown {
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
}

function read(secret: Secret, version: SecretVersion): unknown {
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    VersionStages: version.stages,
    SecretString: version.secretString,
    SecretBinary: version.secretBinary,
    CreatedDate: version.createdAt / 1000,
  };
}

function describe(secret: Secret): Props {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: secret.createdAt / 1000,
    LastChangedDate: secret.changedAt / 1000,
    DeletedDate: secret.deletedAt === undefined ? undefined : secret.deletedAt / 1000,
    Tags: secret.tags,
  };
}

function stagesOf(secret: Secret): Props {
  const labelled = secret.versions.filter(({ stages }) => stages.length > 0);
  return Object.fromEntries(labelled.map((each) => [each.id, each.stages]));
}

/** Filters of ListSecrets: a value is a prefix, a leading `!` turns it round. */
function filtered(secret: Secret, body: Props): boolean {
  if (secret.deletedAt !== undefined && !flag(body, 'IncludePlannedDeletion')) return false;
  return records(body.Filters).every(({ Key: key, Values: wanted }) => {
    const fields: Readonly<Record<string, readonly string[]>> = {
      name: [secret.name],
      description: [secret.description ?? ''],
      'tag-key': secret.tags.map((tag) => tag.Key),
      'tag-value': secret.tags.map((tag) => tag.Value),
    };
    const own = fields[String(key)] ?? Object.values(fields).flat();
    return strings(wanted).some((value) =>
      value.startsWith('!')
        ? !own.some((each) => each.startsWith(value.slice(1)))
        : own.some((each) => each.startsWith(value)),
    );
  });
}
