import type { AwsUse } from './task.ts';

/** The part of an SDK client's middleware stack that counting needs. */
interface Countable {
  readonly config: { readonly serviceId?: string };
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: Args) => Promise<Answer>,
        context: { readonly commandName?: string },
      ) => (args: Args) => Promise<Answer>,
      options: { step: 'initialize'; name: string },
    ): void;
  };
}

interface Args {
  input: object;
}
interface Answer {
  output: object;
}

interface Consumed {
  readonly CapacityUnits?: number;
}

const writes = /^(Put|Update|Delete|BatchWrite|TransactWrite)/;

/** Counts commands of SDK clients; retries inside the SDK are not counted again. */
export function countAwsUse(clients: readonly unknown[], capacity: boolean): { take(): AwsUse } {
  let use = { calls: {} as Record<string, number>, read_units: 0, write_units: 0 };
  for (const client of clients as readonly Countable[]) {
    const service = (client.config.serviceId ?? '').toLowerCase().replaceAll(' ', '');
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          const command = commandName.replace(/Command$/, '');
          const name = `${service}.${command}`;
          use.calls[name] = (use.calls[name] ?? 0) + 1;
          if (!capacity || service !== 'dynamodb') return next(args);
          const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
          const units = consumed(answer.output);
          if (writes.test(command)) use.write_units += units;
          else use.read_units += units;
          return answer;
        },
      { step: 'initialize', name: 'benchCount' },
    );
  }
  return {
    take: () => {
      const taken = use;
      use = { calls: {}, read_units: 0, write_units: 0 };
      return taken;
    },
  };
}

function consumed(output: object): number {
  const { ConsumedCapacity } = output as { ConsumedCapacity?: Consumed | readonly Consumed[] };
  const list = ConsumedCapacity === undefined ? [] : [ConsumedCapacity].flat();
  return list.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}
