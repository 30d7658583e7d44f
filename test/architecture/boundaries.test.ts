import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkRepository, violations } from '../../scripts/boundaries.ts';

describe('the layers', () => {
  it('hold in the whole repository', async () => {
    expect(await checkRepository(process.cwd())).toEqual([]);
  });

  it.each<[string, string, string]>([
    [
      'sync importing a connector',
      'shared/sync/x.ts',
      "import { woocommerce } from '../connectors/woocommerce/index.ts';",
    ],
    [
      'sync importing the registry',
      'shared/sync/x.ts',
      "import { createConnectors } from '#shared/connectors/registry.ts';",
    ],
    ['sync importing repositories', 'shared/sync/x.ts', "import { keys } from '../data/keys.ts';"],
    [
      'sync importing the platform',
      'shared/sync/x.ts',
      "import { createHttpClient } from '../platform/http-client.ts';",
    ],
    ['sync using AWS', 'shared/sync/x.ts', "import { SQSClient } from '@aws-sdk/client-sqs';"],
    [
      'a connector importing another',
      'shared/connectors/quickbooks/x.ts',
      "import { openSource } from '../woocommerce/source.ts';",
    ],
    [
      'a connector importing the engine',
      'shared/connectors/quickbooks/x.ts',
      "import { runSlice } from '../../sync/run-slice.ts';",
    ],
    ['a connector using AWS', 'shared/connectors/supabase/x.ts', "import { S3Client } from '@aws-sdk/client-s3';"],
    [
      'a connector reaching for secrets',
      'shared/connectors/supabase/x.ts',
      "import { createSecretStore } from '../../platform/secrets.ts';",
    ],
    ['core importing data', 'shared/core/x.ts', "import { keys } from '../data/keys.ts';"],
    ['core importing mapping', 'shared/core/x.ts', "export { applyMapping } from '../mapping/apply.ts';"],
    ['mapping importing the engine', 'shared/mapping/x.ts', "import type { Change } from '../sync/change.ts';"],
    [
      'mapping importing a connector',
      'shared/mapping/x.ts',
      "import type { SourceRecord } from '../connectors/source.ts';",
    ],
    ['a function importing another', 'functions/api/sync/x.ts', "import { handler } from '../integrations/index.ts';"],
    ['a worker importing an API group', 'functions/worker/x.ts', "import { handler } from '../api/sync/index.ts';"],
    ['infrastructure importing the engine', 'lib/x.ts', "import { runSlice } from '#shared/sync/run-slice.ts';"],
    [
      'the product importing what is local',
      'shared/connections/x.ts',
      "import { startWooCommerce } from '#local/platforms/woocommerce/simulator.ts';",
    ],
    ['the client importing the product', 'client/src/x.ts', "import { contracts } from '#shared/api/contracts.ts';"],
    ['the client using a package', 'client/src/x.ts', "import * as z from 'zod';"],
    ['the client using Node', 'client/src/x.ts', "import { Buffer } from 'node:buffer';"],
    [
      'the product importing the client',
      'shared/http/x.ts',
      "import { createClient } from '../../client/src/index.ts';",
    ],
    [
      'a feature of the console importing another',
      'web/src/features/runs/x.tsx',
      "import { Page } from '#web/features/failures/failures-page.tsx';",
    ],
    [
      'a feature of the console reaching for another by its path',
      'web/src/features/runs/parts/x.tsx',
      "import { routes } from '../../failures/index.ts';",
    ],
    [
      'a feature of the console importing the app',
      'web/src/features/runs/x.tsx',
      "import { router } from '#web/app/router.tsx';",
    ],
    [
      'the kit importing a feature',
      'web/src/components/x.tsx',
      "import { routes } from '#web/features/runs/index.ts';",
    ],
    [
      'the library of the console importing the kit',
      'web/src/lib/x.ts',
      "import { Page } from '../components/page.tsx';",
    ],
    [
      'the app importing a page before it is wanted',
      'web/src/app/x.tsx',
      "import { RunsPage } from '#web/features/runs/runs-page.tsx';",
    ],
    ['the console importing handlers', 'web/src/lib/x.ts', "import { contracts } from '#shared/api/contracts.ts';"],
    ['the console using Node', 'web/src/lib/x.ts', "import { readFile } from 'node:fs/promises';"],
    ['the product importing the console', 'shared/http/x.ts', "import { t } from '#web/lib/i18n/index.ts';"],
    ['the product importing tests', 'shared/data/x.ts', "import { testClock } from '#test/support/clock.ts';"],
    [
      'a simulator importing its connector',
      'local/platforms/quickbooks/x.ts',
      "import { replyFailure } from '#shared/connectors/quickbooks/faults.ts';",
    ],
    ['an import at run time', 'shared/core/x.ts', "const later = await import('../data/keys.ts');"],
    ['an import for its effects', 'shared/core/x.ts', "import '../data/keys.ts';"],
    ['an import over several lines', 'shared/core/x.ts', "import {\n  keys,\n  type Item,\n} from '../data/keys.ts';"],
    ['a file of no layer', 'elsewhere/x.ts', ''],
  ])('catch %s', (_what, file, text) => {
    expect(violations(file, `${text}\n`)).toHaveLength(1);
  });

  it.each<[string, string]>([
    [
      'shared/sync/x.ts',
      "import type { SourceConnector } from '../connectors/source.ts';\nimport { applyMapping } from '../mapping/apply.ts';",
    ],
    [
      'shared/connectors/quickbooks/x.ts',
      "import { decimal } from '../../core/money.ts';\nimport { matchOf } from './find.ts';",
    ],
    ['shared/data/x.ts', "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';"],
    [
      'functions/api/sync/x.ts',
      "import { start } from './start-run.ts';\nimport { startRun } from '#shared/sync/start-run.ts';",
    ],
    ['shared/core/x.ts', "import { Big } from 'big.js';"],
    [
      'web/src/features/runs/parts/x.tsx',
      "import { useState } from 'react';\nimport { Card } from '#web/components/card.tsx';\nimport { rows } from '../rows.ts';",
    ],
    ['web/src/app/x.tsx', "import { routes } from '#web/features/runs/index.ts';"],
  ])('leave alone what %s may do', (file, text) => {
    expect(violations(file, text)).toEqual([]);
  });
});

describe('the engine', () => {
  const folder = new URL('../../shared/sync/', import.meta.url);
  const mayName = new Set(['routes.ts', 'route-table.ts']);
  const nouns =
    /\b(woo ?commerce|quick ?books|qbo|supabase|easy ?sale|invoices?|sales ?receipts?|customers?|products?|orders?|payments?|refunds?|vendors?|skus?)\b/i;
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !mayName.has(file));

  /** Code and text without comments: those may give examples. */
  function withoutComments(text: string): string {
    return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
  }
  /** Nouns in the code; `findCustomer` and `order_lines` hold one too. */
  function nounsIn(text: string): string[] {
    const words = withoutComments(text)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .replaceAll('_', ' ');
    return [...words.matchAll(new RegExp(nouns, 'gi'))].map(([noun]) => noun);
  }

  it('has files', () => {
    expect(files.length).toBeGreaterThan(10);
  });

  it.each(files)('knows no platform and no entity by name: %s', (file) => {
    expect(nounsIn(readFileSync(new URL(file, folder), 'utf8'))).toEqual([]);
  });

  it('would be caught naming one', () => {
    for (const code of [
      "if (entity === 'order')",
      'findCustomer(1)',
      "platform: 'quickbooks'",
      'a.sales_receipt',
      'isWooCommerce',
    ]) {
      expect(nounsIn(code)).toHaveLength(1);
    }
    expect(nounsIn('// an order\n/* a customer */\nconst reordering = 1;')).toEqual([]);
  });
});
