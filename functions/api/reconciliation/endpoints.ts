import type { Endpoint } from '#shared/http/endpoint.ts';
import type { ReconciliationApiDeps } from './deps.ts';
import { closeMonth, getCertificate, listMonths, verifyCertificate } from './months.ts';
import { getReconciliation, listDifferences, listReconciliations, startReconciliation } from './reports.ts';
import { getSalesReport } from './sales.ts';

/** Every endpoint of this function, bound to what it needs. */
export function reconciliationEndpoints(deps: ReconciliationApiDeps): Endpoint[] {
  return [
    startReconciliation,
    listReconciliations,
    listMonths,
    verifyCertificate,
    getReconciliation,
    listDifferences,
    closeMonth,
    getCertificate,
    getSalesReport,
  ].map((bind) => bind(deps));
}
