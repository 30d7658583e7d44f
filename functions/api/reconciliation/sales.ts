import * as contract from '#shared/api/reconciliation.ts';
import { instant } from '#shared/core/clock.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { reportObjects } from '#shared/reconciliation/objects.ts';
import { latestCovering } from '#shared/reconciliation/read-report.ts';
import { salesFile, salesReport, salesTypes } from '#shared/reconciliation/sales-report.ts';
import { titleOf, together } from '#shared/reconciliation/systems.ts';
import type { ReconciliationApiDeps } from './deps.ts';
import { linkSeconds } from './months.ts';

type SalesDeps = Pick<ReconciliationApiDeps, 'reports' | 'store' | 'exports' | 'clock'>;

export const getSalesReport = endpoint(
  contract.getSalesReport,
  async ({ query, caller: { tenantId } }, { reports, store, exports, clock }: SalesDeps) => {
    const { format, ...wanted } = query;
    const { start_date, end_date, system } = wanted;
    const report = await latestCovering(reports, tenantId, wanted);
    if (!report) {
      const what = system === together ? 'what was sold' : `what ${titleOf(system)} says`;
      const detail = `No reconciliation has ${what} from ${start_date} to ${end_date}: start one and wait for its end.`;
      throw new ProblemError('reconciliation.required', detail);
    }
    const cells = await reportObjects(store, tenantId, report.report_id).readMatrix();
    const sales = salesReport(report, cells, wanted);
    const { report_id, reported_at, hash } = sales;
    const key = `sales/${encodeURIComponent(tenantId)}/${hash}.${format}`;
    await exports.shelf.put(key, await salesFile(sales, format), salesTypes[format]);
    const fileName = `sales-${system}-${start_date}-${end_date}.${format}`.replace(/[^\w.-]/g, '_');
    const url = await exports.links.link({ key, fileName, seconds: linkSeconds });
    const url_expires_at = instant(clock.now() + linkSeconds * 1000);
    const note = { target: { type: 'reconciliation', id: report_id }, after: query };
    return answer(200, { url, url_expires_at, hash, report_id, reported_at }, note);
  },
);
