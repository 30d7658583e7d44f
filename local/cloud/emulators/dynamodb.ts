import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '#local/cloud/ports.ts';

/** A running DynamoDB emulator. */
export interface DynamoDb {
  readonly url: string;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Starts the DynamoDB emulator: `DYNAMODB_ENDPOINT` when set, else the dynoxide package of this platform, a `dynoxide`
 * on the PATH, or DynamoDB Local when `DYNAMODB_LOCAL_JAR` names its jar.
 * @param dataDir folder of its database; in memory when absent.
 * @throws Error in one line when there is none, or it does not start.
 */
export async function startDynamoDb(dataDir: string | undefined): Promise<DynamoDb> {
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  if (endpoint) return { url: endpoint.replace(/\/$/, ''), stop: () => Promise.resolve() };
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawnGuarded(emulatorCommand(port, dataDir));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.stdin?.end();
    await exited;
  };
  try {
    await answering(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

function emulatorCommand(port: number, dataDir: string | undefined): readonly string[] {
  const binary = dynoxideBinary();
  if (binary) {
    const database = dataDir === undefined ? [] : ['--db-path', join(dataDir, 'dynamodb.sqlite')];
    return [binary, '--port', String(port), ...database];
  }
  const jar = process.env.DYNAMODB_LOCAL_JAR;
  if (jar) {
    const storage = dataDir === undefined ? ['-inMemory'] : ['-dbPath', dataDir];
    const quick = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
    return ['java', ...quick, '-jar', jar, '-sharedDb', '-port', String(port), '-disableTelemetry', ...storage];
  }
  throw new Error(
    `no DynamoDB emulator for ${process.platform}-${process.arch}: put dynoxide on the PATH, or set DYNAMODB_LOCAL_JAR or DYNAMODB_ENDPOINT`,
  );
}

function dynoxideBinary(): string | undefined {
  const packaged = join(root, 'node_modules', '@dynoxide', `${process.platform}-${process.arch}`, 'dynoxide');
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'dynoxide'));
  return [packaged, ...onPath].find((path) => existsSync(path));
}

/**
 * Runs a command that ends with this process, however this process ends: a shell holds the other end of a pipe, and
 * ends the command when the pipe closes, which even SIGKILL of this process causes.
 */
function spawnGuarded(command: readonly string[]): ChildProcess {
  const script = 'exec 3<&0; "$@" & child=$!; (cat <&3 >/dev/null; kill "$child" 2>/dev/null) & wait "$child"';
  // A group of its own keeps Ctrl-C from ending the emulator while functions still finish.
  return spawn('/bin/sh', ['-c', script, 'sh', ...command], { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
}

const startLimitMs = 10_000;

async function answering(url: string, child: ChildProcess): Promise<void> {
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk.toString()}`.slice(-500);
  });
  const deadline = Date.now() + startLimitMs;
  while (Date.now() < deadline && child.exitCode === null) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`the DynamoDB emulator did not start: ${complaint.trim().split('\n').at(-1) || 'no output'}`);
}
