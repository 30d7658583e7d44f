import { describe, expect, it } from 'vitest';
import { currentTraceId, logContext, withLogContext } from '#shared/platform/log-context.ts';
import { traceIdFor } from '#shared/platform/trace.ts';

const given = '4bf92f3577b34da6a3ce929d0e0e4736';
const xray = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

describe('a trace', () => {
  it('is the one its caller began, else the one X-Ray began, in the same spelling', () => {
    expect(traceIdFor(`00-${given}-00f067aa0ba902b7-01`, xray)).toBe(given);
    expect(traceIdFor(undefined, xray)).toBe('5759e988bd862e3fe1be46a994272793');
  });

  it.each([
    ['', undefined],
    [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, 'Self=1-67891234-12456789abcdef012345678'],
    [`ff-${given}-00f067aa0ba902b7-01`, 'Root='],
    [`00-${given.toUpperCase()}-00f067aa0ba902b7-01`, undefined],
    ["'; drop table traces", undefined],
  ])('begins anew where %j and %j say nothing', (header, environment) => {
    const made = traceIdFor(header, environment);
    expect(made).toMatch(/^[0-9a-f]{32}$/);
    expect(made).not.toBe(given);
    expect(traceIdFor(header, environment)).not.toBe(made);
  });
});

describe('a log context', () => {
  it('holds for all work begun inside, adds to the one around it, and ends with it', async () => {
    const seen: unknown[] = [];
    const late = withLogContext({ trace_id: given, run_id: 'a' }, async () => {
      await Promise.resolve();
      withLogContext({ run_id: 'b' }, () => seen.push(logContext()));
      seen.push(logContext());
    });
    expect(currentTraceId()).toBeUndefined();
    await late;
    expect(seen).toEqual([
      { trace_id: given, run_id: 'b' },
      { trace_id: given, run_id: 'a' },
    ]);
  });
});
