import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { t } from '#web/lib/i18n/index.ts';
import { IconButton } from './button.tsx';
import { ScrollArea } from './scroll-area.tsx';

export interface JsonViewProps {
  /** What it is, for those who do not see where it stands. */
  readonly label: string;
  /** A value, shown as JSON; text is shown as it is. */
  readonly value: unknown;
}

/** A payload or a script to read and to copy. */
export function JsonView({ label, value }: JsonViewProps) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return (
    <div className="relative min-w-0">
      <ScrollArea label={label} className="max-h-96 rounded-control border border-line bg-sunken">
        <pre className="p-3 pr-12 font-mono text-xs leading-5">{text}</pre>
      </ScrollArea>
      <CopyButton text={text} className="absolute top-1.5 right-1.5" />
    </div>
  );
}

export function CopyButton({ text, className }: { readonly text: string; readonly className?: string }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
    setTimeout(() => setIsCopied(false), 2000);
  };
  return (
    <IconButton
      size="small"
      icon={isCopied ? Check : Copy}
      label={isCopied ? t('common.copied') : t('common.copy')}
      {...(className ? { className } : {})}
      onClick={() => void copy()}
    />
  );
}
