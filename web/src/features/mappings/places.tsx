import { type ReactNode, useContext, useId } from 'react';
import { PlacesContext } from '#web/components/document-editing.ts';
import { EachContext, useEditor } from './editor-context.ts';
import { inShort } from './model.ts';

/** Offers every input inside the places that can be read there, those of a list's element first. */
export function Places({ children }: { readonly children: ReactNode }) {
  const { readable } = useEditor();
  const each = useContext(EachContext);
  const id = useId();
  const start = `${each}[].`;
  const inside = each === undefined ? [] : readable.filter(({ path }) => path.startsWith(start));
  const options = [
    ...inside.map(({ path, value }) => ({ path: `item.${path.slice(start.length)}`, value })),
    ...readable,
  ];
  return (
    <PlacesContext value={id}>
      <datalist id={id}>
        {options.map(({ path, value }) => (
          <option key={path} value={path} label={inShort(value).slice(0, 60)} />
        ))}
      </datalist>
      {children}
    </PlacesContext>
  );
}
