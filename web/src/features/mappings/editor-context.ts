import { createContext, useContext } from 'react';
import type { MappingFault, MappingPreview, MappingSchema } from '#web/lib/api.ts';
import type { Document, Leaf } from './model.ts';

export type Trace = MappingPreview['fields'][number];

/** What every part of the editor works on. */
export interface Editor {
  readonly document: Document;
  readonly schema: MappingSchema;
  /** Puts a value to a path of the document: `fields[3].via[0].length`; undefined takes it away. */
  readonly update: (path: string, value: unknown) => void;
  readonly faults: readonly MappingFault[];
  /** What each field made of the record that is looked at, by where the field stands; one for each element of a list. */
  readonly traces: ReadonlyMap<string, readonly Trace[]>;
  /** Places that can be read, beside those of a list's element. */
  readonly readable: readonly Leaf[];
  /** The place of the record that was chosen to be put somewhere. */
  readonly chosen: string | undefined;
  readonly choose: (path: string | undefined) => void;
  /** Says something to those who do not see what happens. */
  readonly announce: (text: string) => void;
}

export const EditorContext = createContext<Editor | undefined>(undefined);

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error('outside of the editor');
  return editor;
}

/** What is wrong at this very place, as one text. */
export function useFault(path: string): string | undefined {
  const found = useEditor().faults.filter((fault) => fault.path === path);
  return found.length === 0 ? undefined : found.map(({ message }) => message).join(' ');
}

/** Faults at this place and inside of it. */
export function useFaultsIn(path: string): readonly MappingFault[] {
  return useEditor().faults.filter(
    (fault) => fault.path === path || fault.path.startsWith(`${path}.`) || fault.path.startsWith(`${path}[`),
  );
}

/** Inside of `each`: its list, whose elements are read as `item`. */
export const EachContext = createContext<string | undefined>(undefined);

/** Id of the list of places that can be read here; many inputs share it. */
export const PlacesContext = createContext<string | undefined>(undefined);

/** Who may not try a draft sees controls of the editor disabled, with the reason. */
export const editing = { needs: 'validateMapping' } as const;
