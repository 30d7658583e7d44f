import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';

/** Whose state a file holds and in which shape. A change of the shape needs a new `version`. */
export interface StateFormat {
  readonly name: string;
  readonly version: number;
}

/** First change to write, in ms: what `kill -9` may cost. */
const delayMs = 300;
/** Wait after a write that failed. */
const retryMs = 10_000;
/** Taking a copy stops the simulator, so a big state is copied less often: at most this share of the time. */
const copyingShare = 0.1;
/** `easysale-state <name> <version> <crc32 of the rest, hex>`, then the value as node:v8 serializes it. */
const header = /^easysale-state (\S+) (\d+) ([0-9a-f]{8})\n/;
const longestHeader = 100;

/**
 * Reads a state file; undefined when there is none.
 *
 * @throws Error naming the file when it is damaged, of another version or of another simulator.
 */
export async function readState<State>(path: string | undefined, format: StateFormat): Promise<State | undefined> {
  const bytes = path === undefined ? undefined : await readIfThere(path);
  if (bytes === undefined) return undefined;
  const [head, name, version, checksum] = header.exec(bytes.toString('latin1', 0, longestHeader)) ?? [];
  if (head === undefined) throw unusable(path, 'is damaged or not a state file');
  if (name !== format.name) throw unusable(path, `holds the state of ${name}, not of ${format.name}`);
  if (version !== String(format.version)) {
    throw unusable(path, `has version ${version}, this program reads version ${format.version}`);
  }
  const payload = bytes.subarray(head.length);
  if (checksumOf(payload) !== checksum) throw unusable(path, 'is damaged');
  try {
    // The checksum and the version say that this program wrote it.
    return deserialize(payload) as State;
  } catch (cause) {
    throw unusable(path, 'was written by another Node.js version', cause);
  }
}

/**
 * Keeps a state file up to date while its owner changes the state: written soon after a change, always whole and in
 * one step, so that a crash leaves the file as it was before or after. Without a path it does nothing.
 */
export class StateKeeper {
  private readonly path: string | undefined;
  private readonly format: StateFormat;
  private readonly snapshot: () => unknown;
  private dirty = false;
  private closed = false;
  private waitMs = delayMs;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;

  /** @param snapshot the state as plain data (Maps, Sets and bigints may be in it); it is copied at once. */
  constructor(path: string | undefined, format: StateFormat, snapshot: () => unknown) {
    this.path = path;
    this.format = format;
    this.snapshot = snapshot;
  }

  /** Says that the state changed. Cheap: call it as often as needed. */
  changed(): void {
    if (this.path === undefined || this.closed) return;
    this.dirty = true;
    this.schedule();
  }

  /** Resolves when everything changed so far is in the file. @throws Error when it cannot be written. */
  async saved(): Promise<void> {
    // A write under way has an older copy; one that another caller began after it has all that is asked for here.
    await this.writing?.catch(() => undefined);
    if (this.writing !== undefined) await this.writing;
    else if (this.dirty) await this.save();
  }

  /** Writes what is left, then no more. */
  async close(): Promise<void> {
    this.changed();
    this.closed = true;
    clearTimeout(this.timer);
    await this.saved();
  }

  private schedule(): void {
    if (this.timer || this.writing !== undefined || this.closed) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.dirty && this.writing === undefined) this.save().catch(warn);
    }, this.waitMs);
    this.timer.unref();
  }

  private save(): Promise<void> {
    const saving = this.write().finally(() => {
      this.writing = undefined;
      if (this.dirty) this.schedule();
    });
    this.writing = saving;
    return saving;
  }

  private async write(): Promise<void> {
    if (this.path === undefined) return;
    this.dirty = false;
    try {
      const started = performance.now();
      const bytes = encode(this.format, this.snapshot());
      this.waitMs = Math.max(delayMs, (performance.now() - started) / copyingShare);
      await replaceFile(this.path, bytes);
    } catch (cause) {
      this.dirty = true;
      this.waitMs = retryMs;
      throw new Error(`state file ${this.path} cannot be written`, { cause });
    }
  }
}

function encode({ name, version }: StateFormat, state: unknown): readonly Buffer[] {
  const payload = serialize(state);
  return [Buffer.from(`easysale-state ${name} ${version} ${checksumOf(payload)}\n`), payload];
}

function checksumOf(payload: Buffer): string {
  return crc32(payload).toString(16).padStart(8, '0');
}

/** Readable by the owner only: the state has tokens in it. */
async function replaceFile(path: string, bytes: readonly Buffer[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, bytes, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unusable(path, 'cannot be read', error);
  }
}

function unusable(path: string | undefined, what: string, cause?: unknown): Error {
  const text = `state file ${path} ${what}; move it away to start from the beginning`;
  return new Error(text, cause === undefined ? {} : { cause });
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
