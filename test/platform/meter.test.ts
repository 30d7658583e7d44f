import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { createMeter } from '#shared/platform/meter.ts';

const env = { STAGE: 'dev', POWERTOOLS_SERVICE_NAME: 'sync-worker' };

/** Lines written to standard output while `work` runs. */
function written(work: () => void): Record<string, unknown>[] {
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  try {
    work();
    return spy.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);
  } finally {
    spy.mockRestore();
  }
}
afterEach(() => vi.restoreAllMocks());

const lineSchema = z.object({
  _aws: z.object({ CloudWatchMetrics: z.tuple([z.object({ Dimensions: z.array(z.array(z.string())) })]) }),
});
const dimensionsOf = (line: unknown) => lineSchema.parse(line)._aws.CloudWatchMetrics[0].Dimensions;

describe('the meter', () => {
  it('writes CloudWatch embedded metric format at once: for the function as a whole and by its dimensions', () => {
    const meter = createMeter(env);
    const lines = written(() => meter.emit({ RecordsRead: 7, SliceDuration: 12.5 }, { platform: 'p', entity: 'e' }));
    const dimensions = dimensionsOf(lines[0]);
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'EasySaleSync',
              Dimensions: dimensions,
              Metrics: [
                { Name: 'RecordsRead', Unit: 'Count' },
                { Name: 'SliceDuration', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        stage: 'dev',
        service: 'sync-worker',
        platform: 'p',
        entity: 'e',
        RecordsRead: 7,
        SliceDuration: 12.5,
      },
    ]);
    expect(dimensions.map((names) => names.toSorted())).toEqual([
      ['service', 'stage'],
      ['entity', 'platform', 'service', 'stage'],
    ]);
  });

  it('keeps nothing from one call to the next and says nothing without values', () => {
    const meter = createMeter(env);
    const lines = written(() => {
      meter.emit({ Pauses: 1 }, { platform: 'p' });
      meter.emit({});
      meter.emit({ Pauses: 2 });
    });
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatchObject({ Pauses: 2 });
    expect(lines[1]).not.toHaveProperty('platform');
  });

  it('never throws, and works on after a value it cannot write', () => {
    const meter = createMeter(env);
    expect(written(() => meter.emit({ Pauses: 'many' as unknown as number }, { platform: 'p' }))).toEqual([]);
    expect(written(() => meter.emit({ Pauses: 3 }))).toMatchObject([{ Pauses: 3 }]);
  });

  it('is silent outside of a function', () => {
    expect(written(() => createMeter({}).emit({ Pauses: 1 }))).toEqual([]);
  });
});
