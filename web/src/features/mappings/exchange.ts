import { readJson } from '#web/components/document-inputs.tsx';
import { api, type ImportMappings } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

/** Gives the mappings in use as a file that can be imported elsewhere; without ids, all of them. */
export async function exportFile(mappingIds?: readonly string[]): Promise<void> {
  const exported = await api.exportMappings(mappingIds ? { mapping_ids: mappingIds.join(',') } : {});
  const url = URL.createObjectURL(new Blob([JSON.stringify(exported, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = mappingIds?.length === 1 ? `mapping-${mappingIds[0]}.json` : 'mappings.json';
  link.click();
  URL.revokeObjectURL(url);
}

export type ReadFile =
  | { readonly ok: true; readonly body: ImportMappings }
  | { readonly ok: false; readonly reason: string };

/** What a file holds, as the import takes it. The API checks the documents. */
export async function readExport(file: File): Promise<ReadFile> {
  const read = readJson(await file.text());
  if (!read.ok) return { ok: false, reason: t('condition.notJson', { reason: read.reason }) };
  const body = read.value as ImportMappings | undefined;
  const isExport =
    Array.isArray(body?.mappings) && body.mappings.every(({ mapping_id }) => typeof mapping_id === 'string');
  return isExport ? { ok: true, body } : { ok: false, reason: t('mappings.notExport') };
}
