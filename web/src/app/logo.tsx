import { t } from '#web/lib/i18n/index.ts';

export function Logo() {
  return (
    <span className="flex items-center gap-2.5 font-semibold tracking-tight">
      <img src="/favicon.svg" alt="" width={26} height={26} />
      {t('app.name')}
    </span>
  );
}
