import { Metrics } from '@aws-lambda-powertools/metrics';
import { type EmittedMetric, emittedMetrics, metricNamespace } from '../core/metric-names.ts';

type Values = Partial<Readonly<Record<EmittedMetric, number>>>;
type Dimensions = Readonly<Record<string, string>>;

/** Writes metrics for operators. It never throws: nothing may fail for a number. */
export interface Meter {
  /** One data point for each value, for the function as a whole and once more for each set of dimensions. */
  emit(values: Values, ...dimensions: readonly Dimensions[]): void;
}

/**
 * CloudWatch embedded metric format: a JSON line on standard output per call, written at once, so that nothing is left
 * when the handler returns. Service and stage come from POWERTOOLS_SERVICE_NAME and STAGE.
 */
export function createMeter(env: NodeJS.ProcessEnv = process.env): Meter {
  const { STAGE: stage, POWERTOOLS_SERVICE_NAME: serviceName } = env;
  if (stage === undefined || serviceName === undefined) return { emit: () => undefined };
  const defaultDimensions = { stage };
  const metrics = new Metrics({ namespace: metricNamespace, serviceName, defaultDimensions, logger: silent });
  return {
    emit(values, ...dimensions) {
      const given = Object.entries(values) as [EmittedMetric, number][];
      if (given.length === 0) return;
      try {
        metrics.addDimensions({ service: serviceName });
        for (const set of dimensions) metrics.addDimensions({ service: serviceName, ...set });
        for (const [name, value] of given) metrics.addMetric(name, emittedMetrics[name], value);
        metrics.publishStoredMetrics();
      } catch {
        metrics.clearMetrics();
        metrics.clearDimensions();
      }
    },
  };
}

/** The library warns of each dimension that is in two sets, which is what they are for. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}

/** The one of this instance. Outside of Lambda it is silent. */
export const meter: Meter = createMeter();
