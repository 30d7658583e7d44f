import { randomUUID } from 'node:crypto';
import { secretArn } from '#local/cloud/template/identities.ts';
import type { Place } from '#local/cloud/template/place.ts';
import type { Clock } from '#shared/core/clock.ts';
import { jsonFile } from './json-file.ts';

export interface SecretVersion {
  readonly id: string;
  readonly createdAt: number;
  readonly secretString?: string | undefined;
  /** Base64. */
  readonly secretBinary?: string | undefined;
  stages: string[];
}

export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  description: string | undefined;
  changedAt: number;
  /** Epoch milliseconds at which it goes for good; undefined while it is not scheduled for deletion. */
  deletedAt: number | undefined;
  tags: { Key: string; Value: string }[];
  versions: SecretVersion[];
}

/** An error of Secrets Manager under its own name. */
export class SecretsError extends Error {
  override readonly name = 'SecretsError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface SecretContent {
  readonly secretString?: string | undefined;
  readonly secretBinary?: string | undefined;
}

const dayMs = 86_400_000;
const maxVersions = 100;

/** Secrets with versions, staging labels and recovery windows, kept in `secrets.json` of the data folder. */
export class SecretsStore {
  readonly #secrets: Map<string, Secret>;
  readonly #place: Place;
  readonly #clock: Clock;
  readonly #save: () => void;

  constructor(options: { readonly place: Place; readonly clock: Clock; readonly dataDir?: string | undefined }) {
    const file = jsonFile<Secret[]>(options.dataDir, 'secrets.json');
    this.#place = options.place;
    this.#clock = options.clock;
    this.#secrets = new Map(file.load([]).map((secret) => [secret.name, secret]));
    this.#save = () => file.save([...this.#secrets.values()]);
  }

  all(): readonly Secret[] {
    this.#forgetExpired();
    return [...this.#secrets.values()];
  }

  /** Finds by name, ARN or ARN without its suffix. A secret that awaits deletion is refused unless `deleted` is set. */
  find(id: string, { deleted = false } = {}): Secret {
    this.#forgetExpired();
    const secret = this.#secrets.get(id) ?? this.all().find(({ arn }) => arn === id || arn.slice(0, -7) === id);
    if (!secret) {
      throw new SecretsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    if (secret.deletedAt !== undefined && !deleted) {
      const what = "You can't perform this operation on the secret because it was marked for deletion.";
      throw new SecretsError('InvalidRequestException', what);
    }
    return secret;
  }

  create(input: SecretContent & { name: string; token?: string; description?: string; tags?: Secret['tags'] }): {
    secret: Secret;
    version: SecretVersion | undefined;
  } {
    this.#forgetExpired();
    const known = this.#secrets.get(input.name);
    if (known) return { secret: known, version: this.#replay(known, input) };
    const now = this.#clock.now();
    const secret: Secret = {
      arn: secretArn(this.#place, input.name),
      name: input.name,
      createdAt: now,
      description: input.description,
      changedAt: now,
      deletedAt: undefined,
      tags: input.tags ?? [],
      versions: [],
    };
    this.#secrets.set(secret.name, secret);
    const empty = input.secretString === undefined && input.secretBinary === undefined;
    const version = empty ? undefined : this.put(secret, input);
    this.#save();
    return { secret, version };
  }

  /** Adds a version; the same token with the same content is the same version, with other content an error. */
  put(
    secret: Secret,
    input: SecretContent & { token?: string | undefined; stages?: readonly string[] },
  ): SecretVersion {
    const id = input.token ?? randomUUID();
    const known = secret.versions.find((version) => version.id === id);
    if (known) {
      if (sameContent(known, input)) return known;
      const what = `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`;
      throw new SecretsError('ResourceExistsException', what);
    }
    const { secretString, secretBinary } = input;
    const version = { id, createdAt: this.#clock.now(), secretString, secretBinary, stages: [] };
    secret.versions.push(version);
    for (const stage of input.stages ?? ['AWSCURRENT']) this.#moveStage(secret, stage, version);
    // A first version is always current: a secret without a current version could not be read.
    if (!secret.versions.some(({ stages }) => stages.includes('AWSCURRENT')))
      this.#moveStage(secret, 'AWSCURRENT', version);
    this.touch(secret);
    return version;
  }

  version(
    secret: Secret,
    wanted: { readonly id?: string | undefined; readonly stage?: string | undefined },
  ): SecretVersion {
    const stage = wanted.stage ?? (wanted.id === undefined ? 'AWSCURRENT' : undefined);
    const found = secret.versions.find(
      ({ id, stages }) =>
        (wanted.id === undefined || id === wanted.id) && (stage === undefined || stages.includes(stage)),
    );
    if (found) return found;
    const which = wanted.id === undefined ? `staging label: ${stage}` : `VersionId: ${wanted.id}`;
    const what = `Secrets Manager can't find the specified secret value for ${which}`;
    throw new SecretsError('ResourceNotFoundException', what);
  }

  updateStage(secret: Secret, stage: string, moves: { to?: string | undefined; from?: string | undefined }): void {
    const holder = secret.versions.find(({ stages }) => stages.includes(stage));
    if (holder && holder.id !== moves.from && moves.to !== holder.id) {
      const what = `The parameter RemoveFromVersionId must name ${holder.id}, which has the staging label ${stage}.`;
      throw new SecretsError('InvalidParameterException', what);
    }
    if (holder) holder.stages = holder.stages.filter((label) => label !== stage);
    if (moves.to !== undefined) this.#moveStage(secret, stage, this.version(secret, { id: moves.to }), holder);
    this.touch(secret);
  }

  /** @param days recovery window; 0 deletes at once. */
  remove(secret: Secret, days: number): number {
    const at = this.#clock.now() + days * dayMs;
    if (days === 0) this.#secrets.delete(secret.name);
    else secret.deletedAt = at;
    this.touch(secret);
    return at;
  }

  touch(secret: Secret): void {
    secret.changedAt = this.#clock.now();
    this.#save();
  }

  #replay(known: Secret, input: SecretContent & { token?: string }): SecretVersion {
    if (known.deletedAt !== undefined) {
      const what = "You can't create this secret because a secret with this name is already scheduled for deletion.";
      throw new SecretsError('InvalidRequestException', what);
    }
    const version = known.versions.find(({ id }) => id === input.token);
    if (version && sameContent(version, input)) return version;
    const what = `The operation failed because the secret ${known.name} already exists.`;
    throw new SecretsError('ResourceExistsException', what);
  }

  /** A label is on one version at a time; what was current becomes previous. Versions without labels fade away. */
  #moveStage(secret: Secret, stage: string, to: SecretVersion, from?: SecretVersion): void {
    const holder = from ?? secret.versions.find(({ stages }) => stages.includes(stage));
    if (holder === to) {
      if (!to.stages.includes(stage)) to.stages.push(stage);
      return;
    }
    if (holder) holder.stages = holder.stages.filter((label) => label !== stage);
    to.stages = [...to.stages.filter((label) => label !== stage), stage];
    if (stage === 'AWSCURRENT') {
      to.stages = to.stages.filter((label) => label !== 'AWSPREVIOUS');
      if (holder) this.#moveStage(secret, 'AWSPREVIOUS', holder);
    }
    const labelled = secret.versions.filter(({ stages }) => stages.length > 0);
    const rest = secret.versions.filter(({ stages }) => stages.length === 0);
    secret.versions = [...rest.slice(-(maxVersions - labelled.length)), ...labelled];
  }

  #forgetExpired(): void {
    const now = this.#clock.now();
    const expired = [...this.#secrets.values()].filter(({ deletedAt }) => deletedAt !== undefined && deletedAt <= now);
    if (expired.length === 0) return;
    for (const { name } of expired) this.#secrets.delete(name);
    this.#save();
  }
}

function sameContent(version: SecretVersion, input: SecretContent): boolean {
  return version.secretString === input.secretString && version.secretBinary === input.secretBinary;
}
