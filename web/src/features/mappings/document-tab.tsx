import { Card } from '#web/components/card.tsx';
import { JsonInput } from '#web/components/document-inputs.tsx';
import type { Document } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';
import { useEditor } from './editor-context.ts';

/** The whole document as text, for what is quicker to write than to choose. */
export function DocumentTab({ onChange }: { readonly onChange: (document: Document) => void }) {
  const { document, faults } = useEditor();
  return (
    <Card title={t('mappings.tab_document')} description={t('mappings.documentHint')}>
      <JsonInput
        label={t('mappings.tab_document')}
        value={document}
        rows={28}
        onChange={(value) => {
          if (value !== null && typeof value === 'object' && !Array.isArray(value)) onChange(value as Document);
        }}
      />
      {faults.length > 0 && (
        <ul aria-label={t('mappings.faultsTitle')} className="mt-3 flex flex-col gap-1">
          {faults.map(({ path, message }) => (
            <li key={`${path} ${message}`} className="break-words text-bad">
              <code className="font-mono text-xs">{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
