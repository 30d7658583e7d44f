import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#local/cloud/ports.ts';

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

function start(...options: string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['local/start.ts', ...options], {
    env: { ...process.env, AWS_ENDPOINT_URL: '' },
  });
  const chunks = { output: '', errors: '' };
  child.stdout.on('data', (chunk) => {
    chunks.output += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    chunks.errors += String(chunk);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...chunks })));
}

/** The first of four ports in a row that nobody uses. */
async function freePorts(): Promise<number> {
  for (;;) {
    const port = await freePort();
    const others = await Promise.all([1, 2, 3].map((step) => isFree(port + step)));
    if (others.every(Boolean)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

const lastLine = ({ output }: Ended): string => output.trimEnd().split('\n').at(-1) ?? '';

describe('npm start', () => {
  it.each([
    ['--orders', 'many'],
    ['--orders', '0'],
    ['--port', '99999999'],
    ['--colour', 'red'],
    ['surprise'],
    ['--empty', '--once'],
  ])('answers %s %s with one clear line', async (...options) => {
    const { code, output, errors } = await start(...options);
    expect(code).toBe(2);
    expect(output).toBe('');
    expect(errors.trimEnd().split('\n')).toHaveLength(1);
    expect(errors).toMatch(/^npm start: /);
  });

  it('names the port that is taken', async () => {
    const port = await freePorts();
    const taken = createServer().listen(port + 2, '127.0.0.1');
    const { code, errors } = await start('--once', '--port', String(port));
    taken.close();
    expect(code).toBe(2);
    expect(errors).toBe(`npm start: port ${port + 2} is in use; choose another with --port\n`);
  });
});

describe('npm start --once', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'easysale-data-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it('[F7][F8] syncs a demo shop with tills, ties out and ends with one JSON line; the next start finds nothing to write', async () => {
    const port = await freePorts();
    const options = ['--once', '--orders', '12', '--seed', '5', '--port', String(port), '--data', dataDir];
    const first = await start(...options);
    expect(first.errors).toBe('');
    expect(first.code).toBe(0);
    const result = JSON.parse(lastLine(first)) as {
      totals: {
        woocommerce: { total: string };
        till_sales: { total: string };
        till_refunds: { total: string };
        stock: Record<string, string>[];
      };
    };
    expect(result).toMatchObject({ ok: true, ties_out: true, failures: 0, orders_in_shop: 12 });
    expect(first.output).toContain('Every order agrees to the cent in all three systems. So do refunds and sales');
    const { till_sales, till_refunds, stock } = result.totals;
    for (const [{ total }, documents] of [
      [till_sales, 5],
      [till_refunds, 1],
    ] as const) {
      expect(Number(total)).toBeGreaterThan(0);
      const same = { documents, quickbooks: { documents, total }, supabase: { rows: documents, total } };
      expect([till_sales, till_refunds]).toContainEqual(expect.objectContaining(same));
    }
    expect(stock).toMatchObject([
      { opening: '7', tills: '-2', shop: '-1', balance: '4', woocommerce: '4', at_tills: '4', supabase: '4' },
      { opening: '12', tills: '-3', shop: '-2', balance: '7', woocommerce: '7', at_tills: '7', supabase: '7' },
      { opening: '20', tills: '-4', shop: '0', balance: '16', woocommerce: '16', at_tills: '16', supabase: '16' },
    ]);

    const again = await start(...options);
    expect(again.output).toContain('The tills sent 6 events twice, latest first: 0 applied, 12 duplicate');
    const second = JSON.parse(lastLine(again)) as Record<string, Record<string, Record<string, number>>>;
    expect(second).toMatchObject({ ok: true, totals: result.totals });
    for (const [entity, counts] of Object.entries(second.records ?? {})) {
      expect(counts, entity).toMatchObject({ created: 0, updated: 0 });
    }
  });
});
