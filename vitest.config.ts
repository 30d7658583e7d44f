import { defineConfig } from 'vitest/config';
import { effort } from './test/support/seed.ts';

/** Nothing in a test may reach AWS by accident: a forgotten endpoint meets a closed port. */
const env = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_EC2_METADATA_DISABLED: 'true',
  POWERTOOLS_DEV: 'false',
};

const setupFiles = ['test/support/setup-properties.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{core,mapping,connectors,architecture,platform,docs,web}/**/*.test.ts'],
          isolate: false,
          env,
          setupFiles,
          testTimeout: 120_000 * effort,
        },
      },
      {
        test: {
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          isolate: false,
          env,
          setupFiles,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: [
            'test/{simulators,cloud,api,client,connections,webhooks,data,notifications,pos,reconciliation,schedules,sync,properties}/**/*.test.ts',
          ],
          env,
          setupFiles,
          testTimeout: 240_000 * effort,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'product',
          include: ['test/{contract,start}/**/*.test.ts'],
          globalSetup: 'test/support/setup-product.ts',
          env,
          setupFiles,
          testTimeout: 240_000 * effort,
          hookTimeout: 240_000,
        },
      },
      // A browser against the whole product; what it needs is brought by `npm run browser`.
      {
        test: {
          name: 'console',
          include: ['test/console/**/*.test.ts'],
          globalSetup: 'test/support/setup-product.ts',
          env,
          setupFiles,
          // A browser on a busy machine may be late once; what is wrong is wrong twice.
          retry: 1,
          testTimeout: 240_000 * effort,
          hookTimeout: 240_000,
        },
      },
    ],
    maxWorkers: 2,
  },
});
