import { Children, type ReactNode } from 'react';

const columns = 'sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)] lg:grid-cols-[minmax(0,1fr)_17rem_17rem]';

export interface RowsProps {
  /** What they are, for those who do not see where they stand. */
  readonly label: string;
  /** Above the columns where these stand side by side; the controls have names of their own. */
  readonly heads: readonly string[];
  readonly children: ReactNode;
}

/** Things with two controls each: side by side, and on phones one below the other. */
export const Rows = ({ label, heads, children }: RowsProps) => (
  <>
    <div
      aria-hidden
      className={`hidden gap-x-4 border-b border-line px-4 py-2 text-xs font-medium text-ink-muted sm:grid ${columns}`}
    >
      {heads.map((head) => (
        <span key={head}>{head}</span>
      ))}
    </div>
    <ul aria-label={label} className="divide-y divide-line">
      {children}
    </ul>
  </>
);

export const Row = ({ children }: { readonly children: ReactNode }) => (
  <li className={`grid grid-cols-[minmax(0,1fr)] items-center gap-x-4 gap-y-2 px-4 py-2.5 ${columns}`}>
    {Children.map(children, (child) => (
      <div className="min-w-0">{child}</div>
    ))}
  </li>
);
